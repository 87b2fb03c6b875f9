import { JSON_MUTATIONS } from './json-mutations.js';
import { SeededNumbers } from './seeded-numbers.js';

/** An answer as it comes over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** One change, with the number that decides its details: the same for ever, so that a failure can be told and replayed. */
export interface Mutation {
  readonly name: string;
  readonly seed: number;
}

type Change = (answer: RawAnswer, numbers: SeededNumbers) => RawAnswer;

const STATUSES: readonly number[] = [
  ...[200, 200, 200, 201, 202, 203, 204, 205, 206, 207, 226, 299],
  ...[300, 301, 302, 303, 304, 307, 308],
  ...[
    400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 413, 415, 418, 422, 423, 425, 429, 431, 451, 499,
  ],
  ...[500, 501, 502, 503, 504, 507, 508, 511, 520, 521, 522, 523, 524, 525, 529, 530, 599],
];

const PAGE = '<!DOCTYPE html>\n<html><head><title>{}</title></head><body><h1>{}</h1></body></html>\n';
/** What proxies, firewalls, portals and careless vendors put in an answer's place. */
const BODIES: readonly (readonly [type: string, text: string])[] = [
  ['text/html; charset=UTF-8', PAGE.replaceAll('{}', '502 Bad Gateway')],
  ['text/html', PAGE.replaceAll('{}', 'Attention Required! | Cloudflare')],
  ['text/html', '<html><body><form><input type="password" name="login"></form></body></html>'],
  ['application/xml', '<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>'],
  ['text/plain', 'OK'],
  ['text/plain', 'upstream connect error or disconnect/reset before headers. reset reason: overflow'],
  ['text/plain', ''],
  ['application/json', ''],
  ['application/json', '{}'],
  ['application/json', '[]'],
  ['application/json', 'null'],
  ['application/json', 'true'],
  ['application/json', '200'],
  ['application/json', '"success"'],
  ['application/json', '{"success":true}'],
  ['application/json', '{"status":"ok"}'],
  ['application/json', '{"ok":true,"message":"success"}'],
  ['application/json', '{"message":"Service Unavailable"}'],
  ['application/json', '{"message":"Endpoint request timed out"}'],
  ['application/json', '{"error":"invalid_request","error_description":"email is invalid"}'],
  ['application/json', '{"errors":[{"message":"email is invalid","index":7}]}'],
  ['application/problem+json', '{"type":"about:blank","title":"Forbidden","status":403}'],
];

const RETRY_AFTER: readonly string[] = [
  ...[
    '0',
    '-1',
    '1',
    '30',
    '3.5',
    '1e3',
    '1e400',
    '999999999999',
    '0x10',
    ' 12 ',
    '12, 30',
    'soon',
    '',
    'NaN',
  ],
  ...['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', 'Thursday, 03-Sep-26 10:01:00 GMT'],
  ...['2026-09-03T10:05:00Z', 'Thu, 03 Sep 2026 10:02:00 GMT', 'Thu, 99 Foo 2026 10:02:00 GMT'],
];

const RESETS: readonly string[] = [
  'x-ratelimit-reset',
  'x-sib-ratelimit-reset',
  'ratelimit-reset',
  'x-rate-limit-reset',
];

const TYPES: readonly string[] = [
  'application/json',
  'text/html',
  'text/plain',
  'application/octet-stream',
  '',
];

const ANSWER_CHANGES: Readonly<Record<string, Change>> = {
  'another status': (answer, numbers) => ({ ...answer, status: numbers.one(STATUSES) }),
  'another body': (answer, numbers) => {
    const [type, text] = numbers.one(BODIES);
    return { ...answer, headers: { ...answer.headers, 'content-type': type }, text };
  },
  'another content type': (answer, numbers) => ({
    ...answer,
    headers: { ...answer.headers, 'content-type': numbers.one(TYPES) },
  }),
  'an odd retry-after': (answer, numbers) => ({
    ...answer,
    headers: { ...answer.headers, 'retry-after': numbers.one(RETRY_AFTER) },
  }),
  'an odd reset header': (answer, numbers) => ({
    ...answer,
    headers: { ...answer.headers, [numbers.one(RESETS)]: numbers.one(RETRY_AFTER) },
  }),
  'no headers': (answer) => ({ ...answer, headers: {} }),
  'cut short': (answer, numbers) => ({
    ...answer,
    text: answer.text.slice(0, numbers.below(answer.text.length + 1)),
  }),
  'said twice': (answer) => ({ ...answer, text: `${answer.text}${answer.text}` }),
  'a byte order mark': (answer) => ({ ...answer, text: `\uFEFF${answer.text}` }),
  'read as Latin-1': (answer) => ({ ...answer, text: Buffer.from(answer.text, 'utf8').toString('latin1') }),
  'UTF-16 read as UTF-8': (answer) => ({
    ...answer,
    text: Buffer.from(answer.text, 'utf16le').toString('utf8'),
  }),
  'packed in a text': (answer) => ({ ...answer, text: JSON.stringify(answer.text) }),
  'a changed character': (answer, numbers) => {
    const where = numbers.below(answer.text.length + 1);
    const char = numbers.one(['{', '}', '[', ']', '"', ',', ':', '0', '9', '-', '\\', '\0', 'e', ' ', 'é']);
    return { ...answer, text: `${answer.text.slice(0, where)}${char}${answer.text.slice(where + 1)}` };
  },
};

const CHANGES: Readonly<Record<string, Change>> = {
  ...ANSWER_CHANGES,
  ...Object.fromEntries(
    Object.entries(JSON_MUTATIONS).map(([name, change]): readonly [string, Change] => [
      name,
      (answer, numbers) => {
        const body = parsed(answer.text);
        return body === undefined ? answer : { ...answer, text: JSON.stringify(change(body, numbers)) ?? '' };
      },
    ]),
  ),
};

const NAMES = Object.keys(CHANGES);
/** Drawn as often as all others together: without another status most answers would stay successes or failures. */
const OFTEN = 'another status';

/** One to four of them, as the numbers fall. */
export function drawMutations(numbers: SeededNumbers): readonly Mutation[] {
  return Array.from({ length: 1 + numbers.below(4) }, (_, at) => ({
    name: at === 0 && numbers.next() < 0.35 ? OFTEN : numbers.one(NAMES),
    seed: numbers.below(4_294_967_296),
  }));
}

export function mutated(answer: RawAnswer, mutations: readonly Mutation[]): RawAnswer {
  let changed = answer;
  for (const { name, seed } of mutations)
    changed = CHANGES[name]?.(changed, new SeededNumbers(seed)) ?? changed;
  return changed;
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Broken already: what changes JSON changes nothing.
    return undefined;
  }
}
