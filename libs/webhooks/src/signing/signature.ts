import { createHmac, timingSafeEqual } from 'node:crypto';

import { keyOfSecret } from './signing-secret.js';

/** Seconds by which the time of a signed message may differ from ours, either way. */
export const SIGNATURE_WINDOW_SECONDS = 300;

const VERSION = 'v1';
/** More would only be a way to make us compute. */
const MOST_SIGNATURES = 20;

/** Headers of Standard Webhooks 1.0 (standard-webhooks/standard-webhooks, spec of 1.0.0, read in November 2026). */
export interface SignedHeaders {
  readonly 'webhook-id': string;
  /** Unix seconds. */
  readonly 'webhook-timestamp': string;
  /** `v1,BASE64` per secret, separated by spaces: several while a secret is being replaced. */
  readonly 'webhook-signature': string;
}

/**
 * Signs a message with every secret that is valid now.
 *
 * @param id the same for every attempt to send this message.
 * @param at milliseconds since 1970, of this attempt.
 */
export function signMessage(secrets: readonly string[], id: string, at: number, body: string): SignedHeaders {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = secrets.map(
    (secret) => `${VERSION},${macOf(secret, id, timestamp, body).toString('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

export type SignatureFault = 'signature_missing' | 'signature_stale' | 'signature_mismatch';

/**
 * Checks a message that came in.
 *
 * @param body byte for byte as it came.
 * @param now milliseconds since 1970.
 * @returns undefined when one of the secrets signed exactly this, within the window.
 */
export function signatureFault(
  secrets: readonly string[],
  headers: { readonly [Name in keyof SignedHeaders]?: string | undefined },
  body: string,
  now: number,
): SignatureFault | undefined {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const given = (headers['webhook-signature'] ?? '').split(' ').filter((one) => one !== '');
  if (id === '' || timestamp === '' || given.length === 0) return 'signature_missing';
  // Digits only: "1e9", "0x1" and " 1" are numbers to JavaScript.
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(now / 1000 - seconds) <= SIGNATURE_WINDOW_SECONDS)) return 'signature_stale';
  const wanted = secrets.map((secret) => macOf(secret, id, timestamp, body));
  const matches = given.slice(0, MOST_SIGNATURES).some((signature) => {
    const mac = macIn(signature);
    return mac !== undefined && wanted.some((one) => one.length === mac.length && timingSafeEqual(one, mac));
  });
  return matches ? undefined : 'signature_mismatch';
}

function macIn(signature: string): Buffer | undefined {
  const comma = signature.indexOf(',');
  if (signature.slice(0, comma) !== VERSION) return undefined;
  return Buffer.from(signature.slice(comma + 1), 'base64');
}

function macOf(secret: string, id: string, timestamp: string, body: string): Buffer {
  const key = keyOfSecret(secret);
  if (key === undefined) throw new Error('A signing secret has the wrong form.');
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest();
}
