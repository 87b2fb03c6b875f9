import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { VaultError } from './vault-error.js';

const KEY_BYTES = 32;
const FINGERPRINT_ID = 'fp';

/**
 * The keys of one installation. Written as `k2:BASE64,k1:BASE64,fp:BASE64`, 32 bytes each: the first key encrypts, the
 * others only decrypt; `fp` keys the fingerprints and is never rotated, because they must stay comparable.
 */
export class VaultKeyring {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #fingerprintKey: KeyObject;

  private constructor(keys: ReadonlyMap<string, KeyObject>, fingerprintKey: KeyObject) {
    this.#keys = keys;
    this.#fingerprintKey = fingerprintKey;
  }

  /** Throws `VaultError` (`keyring`) naming the entry at fault, never its key. */
  static parse(text: string): VaultKeyring {
    const keys = new Map<string, KeyObject>();
    let fingerprintKey: KeyObject | undefined;
    for (const [index, entry] of text
      .trim()
      .split(/\s*[,\n]\s*/)
      .entries()) {
      const [id, material, ...rest] = entry.split(':');
      if (!id || !/^[a-z0-9][a-z0-9_-]{0,31}$/.test(id) || material === undefined || rest.length > 0) {
        throw new VaultError('keyring', `Entry ${index + 1} of the vault keys is not of the form id:base64.`);
      }
      if (keys.has(id) || (id === FINGERPRINT_ID && fingerprintKey !== undefined)) {
        throw new VaultError('keyring', `The vault keys hold "${id}" twice.`, id);
      }
      const key = readKey(id, material);
      if (id === FINGERPRINT_ID) fingerprintKey = key;
      else keys.set(id, key);
    }
    if (keys.size === 0) throw new VaultError('keyring', 'The vault keys hold no key to encrypt with.');
    if (fingerprintKey === undefined) {
      throw new VaultError('keyring', 'The vault keys lack the entry "fp", which keys the fingerprints.');
    }
    return new VaultKeyring(keys, fingerprintKey);
  }

  /** A new keyring of one encryption key, `k1`, and a fingerprint key. */
  static generate(): VaultKeyring {
    return new VaultKeyring(new Map([['k1', randomKey()]]), randomKey());
  }

  /** The key that encrypts. */
  get writingKeyId(): string {
    const [first] = this.#keys.keys();
    if (first === undefined) throw new VaultError('keyring', 'The vault keys hold no key to encrypt with.');
    return first;
  }

  /** All keys that decrypt, the writing one first. */
  get keyIds(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** Throws `VaultError` (`key_missing`) when the keyring does not hold the key. */
  key(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (key === undefined) {
      throw new VaultError(
        'key_missing',
        `These credentials are encrypted under key "${id}", which is not among the vault keys (${this.keyIds.join(', ')}).`,
        id,
      );
    }
    return key;
  }

  fingerprintKey(): KeyObject {
    return this.#fingerprintKey;
  }

  /**
   * One key per encryption key, made from it for this purpose alone: the first signs, all of them verify. What was signed
   * stays good over a rotation, until the key it came from is taken out of the keyring.
   */
  derivedKeys(purpose: string): readonly KeyObject[] {
    return [...this.#keys.values()].map((key) =>
      createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), purpose, KEY_BYTES))),
    );
  }

  /** The same keyring with a fresh key on top, which encrypts from now on. */
  rotated(): VaultKeyring {
    const highest = this.keyIds.reduce((max, id) => Math.max(max, Number(/^k(\d+)$/.exec(id)?.[1] ?? 0)), 0);
    return new VaultKeyring(new Map([[`k${highest + 1}`, randomKey()], ...this.#keys]), this.#fingerprintKey);
  }

  /** The same keyring without a key that nothing is encrypted under any more. The writing key can't be removed. */
  without(id: string): VaultKeyring {
    if (id === this.writingKeyId) {
      throw new VaultError('keyring', `Key "${id}" encrypts and can't be removed; rotate first.`, id);
    }
    return new VaultKeyring(new Map([...this.#keys].filter(([key]) => key !== id)), this.#fingerprintKey);
  }

  /** The text that `parse` reads. It is the key material itself: for the key file only. */
  export(): string {
    return [...this.#keys, [FINGERPRINT_ID, this.#fingerprintKey] as const]
      .map(([id, key]) => `${id}:${key.export().toString('base64')}`)
      .join(',');
  }

  toJSON(): { readonly keyIds: readonly string[] } {
    return { keyIds: this.keyIds };
  }

  toString(): string {
    return `[vault keyring ${this.keyIds.join(', ')}]`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function randomKey(): KeyObject {
  return createSecretKey(randomBytes(KEY_BYTES));
}

function readKey(id: string, material: string): KeyObject {
  const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(material) ? Buffer.from(material, 'base64') : Buffer.alloc(0);
  if (bytes.length !== KEY_BYTES) {
    throw new VaultError('keyring', `Vault key "${id}" is not ${KEY_BYTES} bytes in base64.`, id);
  }
  return createSecretKey(bytes);
}
