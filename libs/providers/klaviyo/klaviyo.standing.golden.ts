import type { EmulatedAnswer } from '@rekomi/provider-contract';
import {
  emptyAnswer,
  goldenAtEveryStep,
  jsonAnswer,
  standing,
  UNDOCUMENTED,
  type GoldenStep,
  type StandingAnswer,
} from '@rekomi/vendor-emulation';

const DEVELOPERS = 'https://developers.klaviyo.com/en';
const AUTHENTICATION = `${DEVELOPERS}/docs/authenticate_ (2026-08)`;
const LIMITS = `${DEVELOPERS}/docs/rate_limits_and_error_handling (2026-08)`;
const SCHEMA = 'https://github.com/klaviyo/openapi, revision 2026-07-15 (2026-08)';
const RUBY = 'https://github.com/klaviyo/klaviyo-api-ruby/issues/19 and /39 (2026-08)';
const CLOUDFLARE = 'https://github.com/klaviyo/klaviyo-api-python/issues/84 (2026-08)';
export const FIELD = 'met in the field, named by no page (2026-08)';

export const MEDIA_TYPE = { 'content-type': 'application/vnd.api+json' };

interface Fault {
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly pointer?: string;
}

/** The vendor's error envelope. */
export function fault(
  status: number,
  { code, title, detail = title, pointer = '/data/' }: Fault,
  headers: Readonly<Record<string, string>> = {},
): EmulatedAnswer {
  const id = '8c8f4aea-0000-0000-0000-000000000000';
  const error = { id, status, code, title, detail, source: { pointer }, links: {}, meta: {} };
  return jsonAnswer(status, { errors: [error] }, { ...MEDIA_TYPE, ...headers });
}

export const FORBIDDEN = fault(403, {
  code: 'permission_denied',
  title: 'You do not have permission to perform this action.',
});
const PAGE_403 = { ...UNDOCUMENTED.proxyPage, status: 403 };

export const WRONG_KEY = { kind: 'unauthorised', code: 'credentials_rejected' } as const;
const RETIRED = { kind: 'unauthorised', code: 'api_version_retired' } as const;
export const NO_RIGHT = { kind: 'unauthorised', code: 'right_missing' } as const;
export const TOO_FAST = { kind: 'throttled', code: 'vendor_throttled', untilMs: 1000 } as const;
const BROKEN = { kind: 'unavailable', code: 'vendor_error' } as const;
export const UNKNOWN = { kind: 'unavailable', code: 'answer_unknown' } as const;
const UNREADABLE = { kind: 'unavailable', code: 'vendor_unreadable' } as const;

/** The requests of each call, in the order in which they go out. */
const STEPS: readonly GoldenStep[] = [
  { call: 'listAudiences', title: 'the page', requests: 0 },
  { call: 'createAudience', title: 'the list', requests: 0 },
  { call: 'upsertContact', title: 'the profile', requests: 0 },
  { call: 'upsertContact', title: 'the tags', requests: 1 },
  { call: 'upsertContact', title: 'the subscription', requests: 3 },
  { call: 'upsertContacts', title: 'the subscription of all', requests: 7 },
  { call: 'trackEvent', title: 'the profile', requests: 0 },
  { call: 'trackEvent', title: 'the event', requests: 1 },
  { call: 'readContact', title: 'the profile', requests: 0 },
  { call: 'removeContact', title: 'the profile', requests: 0 },
  { call: 'removeContact', title: 'the membership', requests: 1 },
];

/** Without the right for these the rest goes on. */
const LENIENT: readonly GoldenStep[] = [
  { call: 'upsertContact', title: 'the look at the list', requests: 2 },
  { call: 'upsertContacts', title: 'the look at the list', requests: 6 },
  { call: 'eraseContact', title: 'the deletion', requests: 0 },
];

const STANDING: readonly StandingAnswer[] = [
  standing(
    'no key came with the request',
    fault(401, {
      code: 'not_authenticated',
      title: 'Authentication credentials were not provided.',
      detail: 'Missing or invalid authorization scheme. Please use Klaviyo-API-Key.',
    }),
    { ...WRONG_KEY, says: 'Missing or invalid authorization scheme' },
    RUBY,
  ),
  standing(
    'the key is wrong or revoked',
    fault(401, { code: 'authentication_failed', title: 'Incorrect authentication credentials.' }),
    WRONG_KEY,
    AUTHENTICATION,
  ),
  standing(
    'the key is wrong, as older pages say it',
    fault(400, { code: 'authentication_failed', title: 'Incorrect authentication credentials.' }),
    WRONG_KEY,
    AUTHENTICATION,
  ),
  standing(
    'Cloudflare asks who is there',
    { ...PAGE_403, headers: { ...PAGE_403.headers, 'cf-mitigated': 'challenge' } },
    UNREADABLE,
    CLOUDFLARE,
  ),
  standing(
    'Cloudflare finds the header broken',
    { ...UNDOCUMENTED.proxyPage, status: 400 },
    UNREADABLE,
    CLOUDFLARE,
  ),
  standing(
    'too fast',
    fault(
      429,
      {
        code: 'throttled',
        title: 'Request was throttled.',
        detail: 'Request was throttled. Expected available in 1 second.',
        pointer: '/data',
      },
      { 'retry-after': '1' },
    ),
    { ...TOO_FAST, says: 'Expected available in 1 second.' },
    LIMITS,
  ),
  standing(
    'the request took too long',
    jsonAnswer(408, {}),
    { kind: 'unavailable', code: 'vendor_timeout' },
    FIELD,
  ),
  standing(
    'the vendor is broken',
    fault(500, { code: 'error', title: 'A server error occurred.' }),
    { ...BROKEN, says: 'A server error' },
    LIMITS,
  ),
  standing(
    'the vendor is not there',
    fault(503, { code: 'unavailable', title: 'Service unavailable.' }),
    BROKEN,
    LIMITS,
  ),
  standing('the gateway gave up', emptyAnswer(504), BROKEN, SCHEMA),
  standing('Cloudflare gave up waiting', { ...UNDOCUMENTED.proxyPage, status: 524 }, UNREADABLE, SCHEMA),
  standing(
    'a method that is not allowed, which no call uses',
    fault(405, {
      code: 'method_not_allowed',
      title: 'Method Not Allowed',
      detail: 'Method "PUT" not allowed.',
    }),
    { ...UNKNOWN, says: 'not allowed' },
    LIMITS,
  ),
  standing('a success without a word', UNDOCUMENTED.emptyObject, UNKNOWN, FIELD),
  standing(
    'a success without a body, where one belongs or none is sent',
    UNDOCUMENTED.emptySuccess,
    UNKNOWN,
    FIELD,
  ),
  standing('a success that breaks off', UNDOCUMENTED.brokenOff, UNKNOWN, FIELD),
];

const VERSIONS: readonly StandingAnswer[] = [
  standing(
    'the revision is retired',
    fault(410, { code: 'retired', title: 'Gone.' }),
    RETIRED,
    AUTHENTICATION,
  ),
  standing('the revision is retired, as a page', { ...UNDOCUMENTED.proxyPage, status: 410 }, RETIRED, FIELD),
];

const RIGHTS: readonly StandingAnswer[] = [
  standing(
    'the key lacks the scope',
    FORBIDDEN,
    { ...NO_RIGHT, says: 'You do not have permission' },
    AUTHENTICATION,
  ),
];

/** Each of them at each request, one row for each pair. */
export const STANDING_ROWS = [
  ...goldenAtEveryStep([...STEPS, ...LENIENT], [...STANDING, ...VERSIONS]),
  ...goldenAtEveryStep([{ call: 'verify', title: 'the lists', requests: 0 }], STANDING),
  ...goldenAtEveryStep(STEPS, RIGHTS),
];
