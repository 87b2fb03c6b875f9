import { createHash } from 'node:crypto';

import { problem } from '../problem/problem-exception.js';

/** Longest key, in characters. */
export const IDEMPOTENCY_KEY_LENGTH = 255;

/**
 * Reads the header: a quoted string (the form of the IETF draft, with `\"` and `\\`) or a bare one.
 *
 * @throws ProblemException `idempotency_key_invalid`
 */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== 'string') throw invalid('The header was sent more than once.');
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header.trim());
  const key = quoted?.[1]?.replace(/\\(["\\])/g, '$1') ?? header.trim();
  if (key === '') throw invalid('The header is empty.');
  if (key.length > IDEMPOTENCY_KEY_LENGTH)
    throw invalid(`The key is longer than ${IDEMPOTENCY_KEY_LENGTH} characters.`);
  if (!/^[\x20-\x7e]+$/.test(key) || (!quoted && key.includes('"'))) {
    throw invalid('The key has characters other than printable ASCII, or a stray quote.');
  }
  return key;
}

/** Equal for two requests that ask for the same: same address, same JSON whatever its spacing and order of keys. */
export function requestFingerprint(url: string, body: unknown): Buffer {
  return createHash('sha256').update(url).update('\n').update(canonicalJson(body)).digest();
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return value === undefined ? '' : JSON.stringify(value);
}

function invalid(detail: string): Error {
  return problem('idempotency_key_invalid', {
    detail,
    errors: [{ header: 'Idempotency-Key', code: 'idempotency_key_invalid', detail }],
  });
}
