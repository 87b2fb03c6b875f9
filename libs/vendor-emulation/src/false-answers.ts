import type { EmulatedAnswer, EmulatedRequest } from '@rekomi/provider-contract';
import type { Fault } from './fault.js';

const RETRY_SECONDS = 2;
/** More than the transport reads. */
const TOO_LARGE_BYTES = 6 * 1024 * 1024;
let tooLarge: EmulatedAnswer | undefined;

/** A no to what was asked, in the fields in which one vendor or another tells it; it names nobody and nothing. */
const REFUSAL = 'The request was not accepted.';
const HTML =
  '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n';

/** Bodies of the fault `answer`, by name: what proxies, maintenance pages and careless vendors put behind a status. */
export const FALSE_BODIES = {
  object: { type: 'application/json', text: '{}' },
  array: { type: 'application/json', text: '[]' },
  null: { type: 'application/json', text: 'null' },
  truncated: { type: 'application/json', text: '{"truncated by a proxy' },
  html: { type: 'text/html; charset=UTF-8', text: HTML },
  text: { type: 'text/plain', text: 'OK' },
  empty: { type: 'text/plain', text: '' },
  refusal: {
    type: 'application/json',
    text: JSON.stringify({
      message: REFUSAL,
      error: 'not_accepted',
      errors: [{ title: REFUSAL, detail: REFUSAL, message: REFUSAL }],
    }),
  },
} as const;

export type FalseBody = keyof typeof FALSE_BODIES;

const TOO_MANY = { meta: { error: 'too many requests' } };
const REDIRECTS: Readonly<Record<string, number>> = { '301': 301, '302': 302, '307': 307, '308': 308 };

/** The answers that stand in for the vendor's; undefined for faults that are not an answer. */
export function falseAnswer(
  fault: Fault,
  request: EmulatedRequest,
  now: () => number,
): EmulatedAnswer | undefined {
  const seconds = numberOr(fault.param, RETRY_SECONDS);
  const redirect = REDIRECTS[fault.name];
  if (redirect !== undefined) return redirected(redirect, fault.param, request.rawPath);
  switch (fault.name) {
    case '429':
      return json(429, TOO_MANY);
    case '429-retry-after-seconds':
      return json(429, TOO_MANY, { 'retry-after': String(seconds) });
    case '429-retry-after-date':
      return json(429, TOO_MANY, { 'retry-after': new Date(now() + seconds * 1000).toUTCString() });
    case '429-header':
      return json(429, TOO_MANY, headerIn(fault.param));
    case '500':
      return json(500, { meta: { error: 'internal error' } });
    case '503':
      return json(503, { meta: { error: 'service unavailable' } });
    case '502-html':
      return { status: 502, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: HTML };
    case 'garbage':
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: FALSE_BODIES.truncated.text,
      };
    case '200-ignored':
      return json(200, {});
    case 'too-large':
      // Made once: a run of the conformance suite asks for it a hundred times.
      return (tooLarge ??= json(200, { filler: 'x'.repeat(TOO_LARGE_BYTES) }));
    case 'echo':
      return json(400, { error: `cannot read ${quoted(request)}`, message: quoted(request) });
    case 'answer':
      return answered(fault.param);
    default:
      return undefined;
  }
}

export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): EmulatedAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function numberOr(param: string | undefined, fallback: number): number {
  const value = Number(param);
  return param === undefined || !Number.isFinite(value) ? fallback : value;
}

function redirected(status: number, param: string | undefined, path: string): EmulatedAnswer {
  const origin = param?.includes('://') === true ? param : `https://${param ?? 'elsewhere.invalid'}`;
  return { status, headers: { location: `${origin}${path}` }, body: '' };
}

function headerIn(param: string | undefined): Readonly<Record<string, string>> {
  const [name = '', value = ''] = (param ?? '').split('=', 2);
  return name === '' ? {} : { [name.toLowerCase()]: value };
}

function answered(param: string | undefined): EmulatedAnswer {
  const [status, name = 'object'] = (param ?? '').split(':', 2);
  const body = FALSE_BODIES[name as FalseBody] ?? FALSE_BODIES.object;
  return {
    status: numberOr(status === '' ? undefined : status, 200),
    headers: { 'content-type': body.type },
    body: status === '204' ? '' : body.text,
  };
}

/** As careless vendors quote what they could not read: with the key. */
function quoted(request: EmulatedRequest): string {
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const authorization = /^basic (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const plain = Buffer.from(authorization, 'base64').toString('utf8');
  return [...headers, plain, request.query.toString(), request.body].join(' ');
}
