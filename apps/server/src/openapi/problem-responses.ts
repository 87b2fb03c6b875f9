import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '@rekomi/http';

type Components = NonNullable<OpenAPIObject['components']>;

/** One reusable answer per status; its example is the code met most often. */
const RESPONSES = {
  BadRequest: ['validation_failed', 'malformed_json', 'cursor_invalid', 'idempotency_key_invalid'],
  Unauthorised: [
    'api_key_missing',
    'api_key_malformed',
    'api_key_unknown',
    'api_key_revoked',
    'api_key_expired',
    'session_ended',
    'credentials_wrong',
  ],
  Forbidden: ['scope_missing', 'role_missing', 'people_only', 'csrf_origin_foreign', 'csrf_token_wrong'],
  NotFound: ['not_found'],
  Conflict: ['state_conflict', 'already_exists', 'last_owner', 'idempotency_key_in_use'],
  BodyTooLarge: ['body_too_large'],
  UnsupportedMediaType: ['unsupported_media_type'],
  Unprocessable: ['unprocessable', 'idempotency_key_reused'],
  RateLimited: ['rate_limited', 'too_many_attempts'],
  InternalError: ['internal_error'],
  Unavailable: ['database_unavailable', 'unavailable'],
} as const satisfies Record<string, readonly ProblemCode[]>;

export type ProblemResponseName = keyof typeof RESPONSES;

export function statusOf(name: ProblemResponseName): string {
  return String(PROBLEMS[RESPONSES[name][0]].status);
}

export function problemResponses(): NonNullable<Components['responses']> {
  return Object.fromEntries(
    Object.entries(RESPONSES).map(([name, codes]) => [
      name,
      {
        description: `${PROBLEMS[codes[0]].title}. Codes: ${codes.map((code) => `\`${code}\``).join(', ')}.`,
        headers: { 'X-Request-Id': { schema: { type: 'string' as const } }, ...extraHeaders(codes[0]) },
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            example: example(codes[0]),
          },
        },
      },
    ]),
  );
}

export const problemSchemas: NonNullable<Components['schemas']> = {
  Problem: {
    type: 'object',
    description: 'Problem details, RFC 9457.',
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
    properties: {
      type: { type: 'string', format: 'uri-reference', description: 'Page about this code.' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'What happened this time.' },
      instance: { type: 'string', description: 'Path of the request.' },
      code: { type: 'string', description: 'Stable; decide by it.' },
      cause: { type: 'string', description: 'Why this happens.' },
      fix: { type: 'string', description: 'What to do about it.' },
      errors: { type: 'array', items: { $ref: '#/components/schemas/ProblemItem' } },
      requestId: { type: 'string', description: 'Also in the header X-Request-Id and in the server’s log.' },
      traceId: { type: 'string', description: 'Trace id of the request’s traceparent.' },
    },
  },
  ProblemItem: {
    type: 'object',
    required: ['code', 'detail'],
    properties: {
      pointer: {
        type: 'string',
        description: 'Place in the body, a JSON pointer as URI fragment.',
        example: '#/email',
      },
      parameter: { type: 'string', description: 'Name of a query parameter.' },
      header: { type: 'string' },
      code: { type: 'string' },
      detail: { type: 'string' },
    },
  },
};

function extraHeaders(code: ProblemCode): Record<string, { schema: { type: 'integer' | 'string' } }> {
  if (code === 'rate_limited' || code === 'database_unavailable')
    return { 'Retry-After': { schema: { type: 'integer' } } };
  return code === 'api_key_missing' ? { 'WWW-Authenticate': { schema: { type: 'string' } } } : {};
}

function example(code: ProblemCode): object {
  const { title, status, cause, fix } = PROBLEMS[code];
  const errors = [
    {
      pointer: '#/email',
      code: 'is_email',
      detail: 'email must be an email. Send one address of the form name@example.com.',
    },
  ];
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: code === 'validation_failed' ? 'Not acceptable: #/email.' : cause,
    instance: '/v1/affiliates',
    code,
    cause,
    fix,
    ...(code === 'validation_failed' ? { errors } : {}),
    requestId: '01936f0e-8f3a-7c2e-9d4b-2f6f3c1a7b55',
  };
}
