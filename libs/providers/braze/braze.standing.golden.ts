import type { EmulatedAnswer } from '@rekomi/provider-contract';
import {
  goldenAtEveryStep,
  jsonAnswer,
  standing,
  UNDOCUMENTED,
  type GoldenStep,
  type StandingAnswer,
} from '@rekomi/vendor-emulation';

const ERRORS = 'https://www.braze.com/docs/api/errors/ (2026-08)';
const LIMITS = 'https://www.braze.com/docs/api/api_limits/ (2026-08)';
const INSTANCE = 'https://github.com/braze-inc/braze-docs/pull/9029 (2026-08)';
const RUDDER = 'https://github.com/rudderlabs/rudder-transformer, Braze (2026-08)';
export const FIELD = 'met in the field, named by no page (2026-08)';

/** The vendor has no codes, only words. */
export function says(
  status: number,
  message: string,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
): EmulatedAnswer {
  return jsonAnswer(status, { message, ...more }, headers);
}

export const INVALID_KEY = says(401, 'Invalid API Key');
export const DENIED = says(401, 'Access Denied');

export const WRONG_KEY = { kind: 'unauthorised', code: 'credentials_rejected' } as const;
export const NO_RIGHT = { kind: 'unauthorised', code: 'right_missing' } as const;
export const TOO_FAST = { kind: 'throttled', code: 'vendor_throttled' } as const;
export const BROKEN = { kind: 'unavailable', code: 'vendor_error' } as const;
export const UNKNOWN = { kind: 'unavailable', code: 'answer_unknown' } as const;
export const UNREADABLE = { kind: 'unavailable', code: 'vendor_unreadable' } as const;

/** Writes; without the right for them nothing goes on. */
const WRITES: readonly GoldenStep[] = [
  { call: 'upsertContact', title: 'the user', requests: 2 },
  { call: 'upsertContacts', title: 'the users', requests: 6 },
  { call: 'trackEvent', title: 'the event', requests: 0 },
  { call: 'trackEvents', title: 'the events', requests: 0 },
  { call: 'removeContact', title: 'the attributes', requests: 0 },
  { call: 'readContact', title: 'the user', requests: 0 },
];

/** Without the right for these the rest goes on. */
const LOOKS: readonly GoldenStep[] = [
  { call: 'upsertContact', title: 'the state in the group', requests: 0 },
  { call: 'upsertContact', title: 'the state of the address', requests: 1 },
  { call: 'eraseContact', title: 'the users', requests: 0 },
  { call: 'eraseContact', title: 'the deletion', requests: 1 },
];

const STANDING: readonly StandingAnswer[] = [
  standing(
    'the key is wrong, or of another instance',
    INVALID_KEY,
    { ...WRONG_KEY, says: 'Invalid API Key' },
    INSTANCE,
  ),
  standing('the key is unknown, by another status', says(404, 'Unknown REST API Key'), WRONG_KEY, ERRORS),
  standing(
    'there is nothing under this path',
    says(404, 'Invalid URL'),
    { ...UNKNOWN, says: 'Invalid URL' },
    ERRORS,
  ),
  standing(
    'too fast, with the seconds to wait',
    says(429, 'Rate limit exceeded', {}, { 'x-ratelimit-retry-after': '7' }),
    { ...TOO_FAST, untilMs: 7000, says: 'Rate limit exceeded' },
    LIMITS,
  ),
  standing(
    'too fast, with the seconds that are left',
    says(429, 'Rate limit exceeded', {}, { 'x-ratelimit-limit': '250', 'x-ratelimit-reset': '9' }),
    { ...TOO_FAST, untilMs: 9000 },
    RUDDER,
  ),
  standing('too fast, without a word on how long', jsonAnswer(429, {}), TOO_FAST, ERRORS),
  standing(
    'the request took too long',
    jsonAnswer(408, {}),
    { kind: 'unavailable', code: 'vendor_timeout' },
    FIELD,
  ),
  standing(
    'the vendor is broken',
    says(500, 'Internal Server Error'),
    { ...BROKEN, says: 'Internal' },
    ERRORS,
  ),
  standing('the vendor is not there', says(503, 'Service Unavailable'), BROKEN, ERRORS),
  standing('a proxy answers with a page', UNDOCUMENTED.proxyPage, UNREADABLE, FIELD),
  standing('a forbidden of a proxy, without a word', jsonAnswer(403, {}), UNKNOWN, FIELD),
  standing(
    'a status that no page names',
    says(405, 'Method Not Allowed'),
    { ...UNKNOWN, says: 'Not Allowed' },
    FIELD,
  ),
  standing('a success that says no', says(201, 'failed'), { ...UNKNOWN, says: 'failed' }, ERRORS),
  standing('a success without a word', UNDOCUMENTED.emptyObject, UNKNOWN, FIELD),
  standing('a success without a body', UNDOCUMENTED.emptySuccess, UNKNOWN, FIELD),
  standing('a success that breaks off', UNDOCUMENTED.brokenOff, UNKNOWN, FIELD),
  standing('a redirect', UNDOCUMENTED.redirect, UNKNOWN, FIELD),
];

const RIGHTS: readonly StandingAnswer[] = [
  standing('the key lacks the permission', DENIED, { ...NO_RIGHT, says: 'Access Denied' }, ERRORS),
  standing('the key lacks the permission, by another status', says(403, 'Access Denied'), NO_RIGHT, ERRORS),
  standing('the plan lacks the API', says(403, 'Your rate plan does not support this.'), NO_RIGHT, ERRORS),
];

/** Each of them at each request, one row for each pair. */
export const STANDING_ROWS = [
  ...goldenAtEveryStep([...WRITES, ...LOOKS], STANDING),
  ...goldenAtEveryStep(WRITES, RIGHTS),
];
