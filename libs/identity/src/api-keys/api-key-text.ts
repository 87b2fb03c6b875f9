import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type ApiKeyEnvironment = 'live' | 'test';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARACTERS = 30;
const CHECK_CHARACTERS = 6;
const FORM = new RegExp(
  `^rk_(live|test)_([0-9A-Za-z]{${RANDOM_CHARACTERS}})([0-9A-Za-z]{${CHECK_CHARACTERS}})$`,
);

export interface ApiKeyText {
  /** The whole key. It is shown once and never stored. */
  readonly secret: string;
  readonly environment: ApiKeyEnvironment;
  /** Enough to recognise the key in a list and not enough to guess it. */
  readonly prefix: string;
  readonly lastFour: string;
}

/**
 * A new key: `rk_live_` or `rk_test_`, 30 random characters of base62 (178 bits) and 6 characters that are the CRC-32
 * of everything before them, so that scanners and this server recognise typos without a look-up.
 */
export function generateApiKey(environment: ApiKeyEnvironment): ApiKeyText {
  let random = '';
  while (random.length < RANDOM_CHARACTERS) random += ALPHABET.charAt(randomInt(ALPHABET.length));
  const body = `rk_${environment}_${random}`;
  return describe(`${body}${checksum(body)}`, environment);
}

/** Undefined for everything that cannot be a key of this product: another form, or a wrong checksum. */
export function parseApiKey(text: string): ApiKeyText | undefined {
  const match = FORM.exec(text);
  if (match === null || checksum(text.slice(0, -CHECK_CHARACTERS)) !== match[3]) return undefined;
  return describe(text, match[1] === 'live' ? 'live' : 'test');
}

/** What is stored. A plain hash is enough, because nobody can try out 178 random bits. */
export function hashApiKey(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function describe(secret: string, environment: ApiKeyEnvironment): ApiKeyText {
  return { secret, environment, prefix: secret.slice(0, 'rk_live_'.length + 4), lastFour: secret.slice(-4) };
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  while (digits.length < CHECK_CHARACTERS) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}
