import { emptyAnswer, jsonAnswer } from '@rekomi/vendor-emulation';
import type { EmulatedAnswer } from '@rekomi/provider-contract';

const MEDIA_TYPE = { 'content-type': 'application/vnd.api+json' };

export function resourceAnswer(status: number, body: object): EmulatedAnswer {
  return jsonAnswer(status, body, MEDIA_TYPE);
}

export function nothing(status: number): EmulatedAnswer {
  return emptyAnswer(status);
}

interface Fault {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly pointer?: string;
  readonly meta?: object;
}

export function faultAnswer(
  status: number,
  faults: readonly Fault[],
  headers: Readonly<Record<string, string>> = {},
): EmulatedAnswer {
  const errors = faults.map(({ code, title, detail, pointer = '/data/', meta = {} }, index) => ({
    id: `8c8f4aea-0000-0000-0000-${String(index).padStart(12, '0')}`,
    status,
    code,
    title,
    detail,
    source: { pointer },
    links: {},
    meta,
  }));
  return jsonAnswer(status, { errors }, { ...MEDIA_TYPE, ...headers });
}

export function invalid(
  ...faults: readonly { readonly detail: string; readonly pointer: string }[]
): EmulatedAnswer {
  return faultAnswer(
    400,
    faults.map((fault) => ({ code: 'invalid', title: 'Invalid input.', ...fault })),
  );
}

/** Texts as seen in the field (klaviyo-api-ruby issues 19 and 39), 2026-11. */
export function notAuthenticated(): EmulatedAnswer {
  const title = 'Authentication credentials were not provided.';
  const detail = 'Missing or invalid authorization scheme. Please use Klaviyo-API-Key.';
  return faultAnswer(401, [{ code: 'not_authenticated', title, detail }]);
}

/** The code is documented, title and detail are not. */
export function authenticationFailed(): EmulatedAnswer {
  const title = 'Incorrect authentication credentials.';
  return faultAnswer(401, [{ code: 'authentication_failed', title, detail: title }]);
}

export function permissionDenied(): EmulatedAnswer {
  const title = 'You do not have permission to perform this action.';
  return faultAnswer(403, [{ code: 'permission_denied', title, detail: title }]);
}

export function notFound(what: string, pointer = '/data/'): EmulatedAnswer {
  return faultAnswer(404, [
    { code: 'not_found', title: 'Not found.', detail: `A ${what} does not exist.`, pointer },
  ]);
}

export function retired(): EmulatedAnswer {
  const detail = 'This revision is no longer supported.';
  return faultAnswer(410, [{ code: 'retired', title: 'Gone.', detail, pointer: '/data/' }]);
}

/** On a 429 there is this one header only, in whole seconds. */
export function tooMany(waitMs: number): EmulatedAnswer {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const detail = `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`;
  const fault = { code: 'throttled', title: 'Request was throttled.', detail, pointer: '/data' };
  return faultAnswer(429, [fault], { 'retry-after': String(seconds) });
}
