export interface ProblemText {
  /** HTTP status of the answer. */
  readonly status: number;
  /** What happened, in a few words; the same for every occurrence. */
  readonly title: string;
  readonly cause: string;
  /** What the caller can do about it. */
  readonly fix: string;
}

/**
 * Every problem that the API itself can answer with. What a vendor answered has its codes in the provider contract's
 * table; both are served under `/problems/<code>`, which is where a problem's `type` points.
 */
export const PROBLEMS = {
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON',
    cause: 'The body could not be read as JSON; the detail names line and column.',
    fix: 'Correct the body at that place and send it again.',
  },
  validation_failed: {
    status: 400,
    title: 'Some of what was sent cannot be accepted',
    cause: 'Fields are missing, unknown or have values outside of what is allowed; `errors` names each.',
    fix: 'Correct the fields named in `errors` and send the request again. Nothing was changed.',
  },
  cursor_invalid: {
    status: 400,
    title: 'This cursor is not one of ours',
    cause: 'The value of `cursor` was changed, cut off, or comes from another list.',
    fix: 'Send `nextCursor` of the previous page exactly as it came, or leave `cursor` out to begin at the first page.',
  },
  idempotency_key_invalid: {
    status: 400,
    title: 'The Idempotency-Key cannot be used',
    cause: 'A key has 1 to 255 printable ASCII characters, bare or in double quotes.',
    fix: 'Send a fresh random value per operation, for instance a UUID.',
  },
  bad_request: {
    status: 400,
    title: 'The request cannot be understood',
    cause: 'The request does not follow HTTP or the description of this route.',
    fix: 'Compare the request with the API reference under /docs.',
  },
  api_key_missing: {
    status: 401,
    title: 'An API key is needed',
    cause: 'The request carries no `Authorization: Bearer rk_…` header.',
    fix: 'Send the header with one of your organisation’s API keys.',
  },
  api_key_malformed: {
    status: 401,
    title: 'This cannot be an API key',
    cause: 'Its form or its checksum is wrong, so it was mistyped or cut off when it was copied.',
    fix: 'Copy the whole key again. It begins with rk_live_ or rk_test_ and has 36 characters after that.',
  },
  api_key_unknown: {
    status: 401,
    title: 'This API key is not known here',
    cause: 'The key belongs to another installation, or its organisation was removed.',
    fix: 'Use a key that was created on this installation, or create a new one.',
  },
  api_key_revoked: {
    status: 401,
    title: 'This API key was revoked',
    cause: 'Somebody of your organisation revoked it.',
    fix: 'Use another key, or create a new one.',
  },
  api_key_expired: {
    status: 401,
    title: 'This API key has expired',
    cause: 'The key was created with an end date that has passed.',
    fix: 'Use another key, or create a new one.',
  },
  scope_missing: {
    status: 403,
    title: 'This API key may not do that',
    cause: 'The key may only read, and the request would change something.',
    fix: 'Use a key with the scope read_write.',
  },
  not_found: {
    status: 404,
    title: 'There is no such thing',
    cause: 'The id is mistyped, the object was removed, or it belongs to another organisation.',
    fix: 'Take the id from the list of these objects.',
  },
  route_not_found: {
    status: 404,
    title: 'There is no such address in this API',
    cause: 'Path or version prefix is mistyped.',
    fix: 'Look the address up in the API reference under /docs.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take that method',
    cause: 'The address exists, with other methods; the header `Allow` names them.',
    fix: 'Use one of the methods in `Allow`.',
  },
  already_exists: {
    status: 409,
    title: 'There is one already',
    cause: 'Something of this organisation already has this value, which must be unique.',
    fix: 'Use the existing one, or choose another value.',
  },
  state_conflict: {
    status: 409,
    title: 'That is not possible in the present state',
    cause: 'The object is in a state that rules this change out; the detail names it.',
    fix: 'Read the object again and bring it into a state that allows the change.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
    cause: 'The same key was sent again before its first request was answered.',
    fix: 'Wait a second and repeat the request; it then gets the answer of the first one.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    cause: 'The body is larger than this server accepts.',
    fix: 'Split the request into several smaller ones.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body’s media type is not accepted',
    cause: 'The header `Content-Type` is missing or names something other than what the route takes.',
    fix: 'Send `Content-Type: application/json`.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    cause: 'Within the last 24 hours the same key came with another address or body.',
    fix: 'Use a fresh key for every new operation, and the same key only to repeat the same request.',
  },
  unprocessable: {
    status: 422,
    title: 'The request is well formed and cannot be carried out',
    cause: 'What is asked for contradicts what is stored; the detail names it.',
    fix: 'Change what the detail names and send the request again.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests with this API key',
    cause: 'The key has used up its budget; the headers `RateLimit-Policy` and `RateLimit` give it.',
    fix: 'Wait as many seconds as `Retry-After` says.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many tries',
    cause: 'This was tried more often from one address, or for one account, than a person would.',
    fix: 'Wait as many seconds as `Retry-After` says.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong on our side',
    cause: 'An error that this server did not expect.',
    fix: 'Repeat the request. If it fails again, look up the request id in the server’s log.',
  },
  database_unavailable: {
    status: 503,
    title: 'The database does not answer',
    cause: 'PostgreSQL is starting, stopping, overloaded or unreachable.',
    fix: 'Repeat the request after the seconds in `Retry-After`. Nothing was changed.',
  },
  unavailable: {
    status: 503,
    title: 'This server cannot answer right now',
    cause: 'It is starting or shutting down, or lacks something it needs.',
    fix: 'Repeat the request after a few seconds.',
  },
} as const satisfies Record<string, ProblemText>;

export type ProblemCode = keyof typeof PROBLEMS;
