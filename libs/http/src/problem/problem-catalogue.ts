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
  signature_missing: {
    status: 401,
    title: 'The request is not signed',
    cause:
      'A header of the signature is missing: webhook-id, webhook-timestamp or webhook-signature; for Stripe stripe-signature.',
    fix: 'Sign the body as Standard Webhooks 1.0 says, with the secret of this source.',
  },
  signature_stale: {
    status: 401,
    title: 'The signature is too old, or from the future',
    cause: 'The signed time differs from ours by more than 300 seconds, or is no time. Nothing was booked.',
    fix: 'Sign anew right before sending, also when sending again, and check the clock of the sender.',
  },
  signature_mismatch: {
    status: 401,
    title: 'The signature does not fit',
    cause: 'It was made with another secret or over other bytes than those that came. Nothing was booked.',
    fix: 'Use the secret of this source and sign the body exactly as it is sent, before anything changes its spacing.',
  },
  api_key_missing: {
    status: 401,
    title: 'An API key is needed',
    cause: 'The request carries neither an `Authorization: Bearer rk_…` header nor the cookie of a session.',
    fix: 'Send the header with one of your organisation’s API keys, or sign in.',
  },
  session_ended: {
    status: 401,
    title: 'You are not signed in any more',
    cause: 'The session was ended, or nobody used it for 14 days, or it is older than 30 days.',
    fix: 'Sign in again.',
  },
  credentials_wrong: {
    status: 401,
    title: 'Address and password do not fit together',
    cause: 'Nobody with this address has this password here. Which of the two is wrong is not told.',
    fix: 'Check both, or ask for a link to set a new password.',
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
  api_key_replaced: {
    status: 401,
    title: 'This API key was rotated',
    cause: 'The key has a new secret, and the time in which the one before it still worked is over.',
    fix: 'Use the new secret. Whoever rotated the key has it; if it is lost, rotate the key again.',
  },
  api_key_expired: {
    status: 401,
    title: 'This API key has expired',
    cause: 'The key was created with an end date that has passed.',
    fix: 'Use another key, or create a new one.',
  },
  metrics_token_wrong: {
    status: 401,
    title: 'The token for metrics is missing or wrong',
    cause: 'The request does not carry `Authorization: Bearer …` with the value of METRICS_TOKEN.',
    fix: 'Give Prometheus the value of METRICS_TOKEN, for instance by `authorization: { credentials_file: … }`.',
  },
  scope_missing: {
    status: 403,
    title: 'This API key may not do that',
    cause: 'The key may only read, and the request would change something.',
    fix: 'Use a key with the scope read_write.',
  },
  people_only: {
    status: 403,
    title: 'Only people may do that, not API keys',
    cause: 'Who belongs to the organisation and who holds keys to it is decided by people who are signed in.',
    fix: 'Sign in and do it there.',
  },
  role_missing: {
    status: 403,
    title: 'Your role does not allow that',
    cause: 'The detail names the role that is needed and the one you have.',
    fix: 'Ask an owner or admin of your organisation to do it or to change your role.',
  },
  csrf_origin_foreign: {
    status: 403,
    title: 'This request did not come from one of our own pages',
    cause:
      'A change asked for with the cookie of a session is taken only from a page of this very address (`Sec-Fetch-Site: same-origin` or its own `Origin`).',
    fix: 'Open this product under its own address and repeat it there. Programs use an API key. An operator behind a proxy sets PUBLIC_URL.',
  },
  csrf_token_wrong: {
    status: 403,
    title: 'The page that sent this is out of date',
    cause:
      'The token that protects forms (`x-csrf-token`, or the form’s hidden field) is missing or belongs to another session.',
    fix: 'Reload the page and repeat it. Scripts read the token from GET /v1/session.',
  },
  invitation_for_another: {
    status: 403,
    title: 'This invitation is for another address',
    cause: 'You are signed in, or gave an address, that is not the one that was invited.',
    fix: 'Use the address that the invitation was sent to, or ask for an invitation of the other one.',
  },
  no_organization: {
    status: 403,
    title: 'You do not belong to any organisation',
    cause: 'You were removed from the last organisation that you belonged to.',
    fix: 'Ask for an invitation.',
  },
  not_found: {
    status: 404,
    title: 'There is no such thing',
    cause: 'The id is mistyped, the object was removed, or it belongs to another organisation.',
    fix: 'Take the id from the list of these objects.',
  },
  page_not_found: {
    status: 404,
    title: 'There is no such page',
    cause: 'The address is mistyped, or the page was taken away.',
    fix: 'Check the address, or ask whoever gave it to you for a new one.',
  },
  confirmation_link_unknown: {
    status: 404,
    title: 'This link does not work',
    cause: 'The link was cut off when it was copied, or a newer mail with another link was sent.',
    fix: 'Open the link of the latest mail, as a whole. Or apply once more: a new mail will come.',
  },
  invite_link_unknown: {
    status: 404,
    title: 'This invitation is not known here',
    cause: 'The link was cut off when it was copied, changed on the way, or belongs to another installation.',
    fix: 'Open the link from the invitation again, or copy it as a whole. If that does not help, ask whoever invited you for a new one.',
  },
  unsubscribe_link_unknown: {
    status: 404,
    title: 'This link is not known here',
    cause: 'The link was cut off when it was copied, or changed on the way.',
    fix: 'Open the link at the end of the mail again, or copy it as a whole.',
  },
  route_not_found: {
    status: 404,
    title: 'There is no such address in this API',
    cause: 'Path or version prefix is mistyped.',
    fix: 'Look the address up in the API reference under /docs.',
  },
  metrics_off: {
    status: 404,
    title: 'Metrics are switched off',
    cause: 'This process was started without METRICS_TOKEN.',
    fix: 'Set METRICS_TOKEN to a secret of at least 16 characters, restart the process, and give Prometheus the same secret.',
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
  form_changed: {
    status: 409,
    title: 'The form was changed in the meantime',
    cause: 'The answers were given to an older version of the form, perhaps to another wording of a consent.',
    fix: 'Read the form again, show it, and send the answers with its revision.',
  },
  mail_not_configured: {
    status: 409,
    title: 'No mail server is set up',
    cause: 'The request asks for mail to be sent, and this server has no SMTP_URL.',
    fix: 'Set SMTP_URL and restart the server, or repeat the request without sending mail and pass the links on yourself.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
    cause: 'The same key was sent again before its first request was answered.',
    fix: 'Wait a second and repeat the request; it then gets the answer of the first one.',
  },
  last_owner: {
    status: 409,
    title: 'An organisation keeps at least one owner',
    cause: 'The person is the only owner, so the role cannot be changed and the person cannot be removed.',
    fix: 'Make somebody else an owner first.',
  },
  link_not_valid: {
    status: 410,
    title: 'This link is not valid any more',
    cause: 'It was used, has expired, was withdrawn, or was cut off when it was copied.',
    fix: 'Ask for a new link.',
  },
  applications_closed: {
    status: 410,
    title: 'Applications are closed',
    cause: 'The campaign has ended, or its public page was switched off.',
    fix: 'Ask the programme’s organiser whether and when it opens again.',
  },
  confirmation_link_expired: {
    status: 410,
    title: 'This link has expired',
    cause: 'Links of confirmation mails work for seven days, and only for the address they were sent to.',
    fix: 'Apply once more with the same address: a new mail will come.',
  },
  invite_accepted: {
    status: 410,
    title: 'This invitation was accepted already',
    cause: 'Every invitation works once.',
    fix: 'Nothing is left to do. If it was not you, write to whoever invited you.',
  },
  invite_not_needed: {
    status: 410,
    title: 'You take part already',
    cause: 'You came in another way before you followed this link.',
    fix: 'Nothing is left to do.',
  },
  invite_expired: {
    status: 410,
    title: 'This invitation has expired',
    cause: 'Its time was over before it was accepted.',
    fix: 'Ask whoever invited you for a new one.',
  },
  invite_revoked: {
    status: 410,
    title: 'This invitation was taken back',
    cause: 'Whoever sent it has taken it back, or the programme takes nobody in any more.',
    fix: 'Write to whoever invited you if you think that this is a mistake.',
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
  file_refused: {
    status: 422,
    title: 'The file cannot be imported',
    cause:
      'It is no list in CSV, or it is larger or wider than can be imported; `errors` says what is wrong.',
    fix: 'Save the list as "CSV UTF-8" with one affiliate per row and upload it again. Nothing of it was kept.',
  },
  unprocessable: {
    status: 422,
    title: 'The request is well formed and cannot be carried out',
    cause: 'What is asked for contradicts what is stored; the detail names it.',
    fix: 'Change what the detail names and send the request again.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    cause:
      'The API key, or the person, has used up its budget; the headers `RateLimit-Policy` and `RateLimit` give it.',
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
