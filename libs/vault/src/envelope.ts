import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SEALED_ALGORITHM } from './sealed-credentials.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts with a fresh random nonce. Returns nonce, ciphertext and tag in one buffer. */
export function encrypt(key: KeyObject | Buffer, plaintext: Buffer, associated: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(SEALED_ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Reverses `encrypt`. Undefined when anything, the associated data included, differs by a single bit. */
export function decrypt(key: KeyObject | Buffer, box: Buffer, associated: Buffer): Buffer | undefined {
  if (box.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(SEALED_ALGORITHM, key, box.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  const plaintext = decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES));
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    // OpenSSL says only that authentication failed; there is nothing in the error worth passing on.
    return undefined;
  }
}
