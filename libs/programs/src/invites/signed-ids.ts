import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 16;
/** 48 bytes are exactly 64 characters, so that one token has one spelling only. */
const TOKEN = /^[\w-]{64}$/;

/**
 * Turns ids into tokens that nobody can guess and back. Nothing is stored, so a token can be made again at any time, and
 * one that was tampered with is told apart without asking the database.
 */
export class SignedIds {
  /** @param keys the first signs, all of them verify. */
  constructor(private readonly keys: readonly KeyObject[]) {}

  /** @param id a UUID. */
  sign(id: string): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error('There is no key to sign with.');
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    return Buffer.concat([bytes, signature(key, bytes)]).toString('base64url');
  }

  /** @returns the id; undefined for what was not signed here, or with a key that is gone. */
  read(token: string): string | undefined {
    if (!TOKEN.test(token)) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    const id = bytes.subarray(0, ID_BYTES);
    const given = bytes.subarray(ID_BYTES);
    const good = this.keys.some((key) => timingSafeEqual(signature(key, id), given));
    return good
      ? id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
      : undefined;
  }
}

function signature(key: KeyObject, bytes: Buffer): Buffer {
  return createHmac('sha256', key).update(bytes).digest();
}
