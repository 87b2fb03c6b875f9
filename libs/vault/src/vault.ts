import { createHmac, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decrypt, encrypt } from './envelope.js';
import { OpenedCredentials } from './opened-credentials.js';
import { SEALED_ALGORITHM, SEALED_VERSION } from './sealed-credentials.js';
import type { CredentialBinding, SealedCredentials, SealedParts } from './sealed-credentials.js';
import { readSealedText, writeSealedText } from './sealed-text.js';
import { VaultError } from './vault-error.js';
import type { VaultKeyring } from './vault-keyring.js';

const DATA_KEY_BYTES = 32;

/**
 * Credentials at rest. Every record has a data key of its own, wrapped by a key of the keyring, so that rotation
 * re-wraps 32 bytes and leaves the payload alone. All fields of a connection are one payload: none can be exchanged
 * for another. Throws `VaultError` only.
 */
export class Vault {
  readonly #keyring: VaultKeyring;

  constructor(keyring: VaultKeyring) {
    this.#keyring = keyring;
  }

  seal(secrets: Readonly<Record<string, string>>, binding: CredentialBinding): SealedCredentials {
    const dataKey = randomBytes(DATA_KEY_BYTES);
    const payload = encrypt(dataKey, Buffer.from(JSON.stringify(secrets)), payloadContext(binding));
    const sealed = this.#wrap(dataKey, payload, binding);
    dataKey.fill(0);
    return sealed;
  }

  /** Throws `malformed`, `key_missing` or `rejected`. */
  open(sealed: SealedCredentials, binding: CredentialBinding): OpenedCredentials {
    const parts = readSealedText(sealed);
    const dataKey = this.#unwrap(parts, binding);
    const plaintext = decrypt(dataKey, parts.payload, payloadContext(binding));
    dataKey.fill(0);
    if (plaintext === undefined) throw rejected(parts.keyId);
    const secrets = JSON.parse(plaintext.toString('utf8')) as Record<string, string>;
    plaintext.fill(0);
    return OpenedCredentials.hold(secrets);
  }

  /** The same credentials under the writing key; undefined when they are under it already. Throws as `open` does. */
  rewrap(sealed: SealedCredentials, binding: CredentialBinding): SealedCredentials | undefined {
    const parts = readSealedText(sealed);
    if (parts.keyId === this.#keyring.writingKeyId) return undefined;
    const dataKey = this.#unwrap(parts, binding);
    const renewed = this.#wrap(dataKey, parts.payload, binding);
    dataKey.fill(0);
    return renewed;
  }

  /** The key that these credentials are wrapped with, for counting what is left under an old one. */
  keyIdOf(sealed: SealedCredentials): string {
    return readSealedText(sealed).keyId;
  }

  /**
   * A keyed hash (32 bytes) under which equal values are recognised without being stored. It depends on label and
   * value, and survives the rotation of the encryption keys.
   */
  fingerprint(label: string, value: string): Buffer {
    return createHmac('sha256', this.#keyring.fingerprintKey()).update(context(label, value)).digest();
  }

  /** Keys for signing something that leaves us and comes back, such as links. See `VaultKeyring.derivedKeys`. */
  derivedKeys(purpose: string): readonly KeyObject[] {
    return this.#keyring.derivedKeys(purpose);
  }

  #wrap(dataKey: Buffer, payload: Buffer, binding: CredentialBinding): SealedCredentials {
    const keyId = this.#keyring.writingKeyId;
    const wrappedKey = encrypt(this.#keyring.key(keyId), dataKey, keyContext(keyId, binding));
    return writeSealedText({ keyId, wrappedKey, payload });
  }

  #unwrap(parts: SealedParts, binding: CredentialBinding): Buffer {
    const key = this.#keyring.key(parts.keyId);
    const dataKey = decrypt(key, parts.wrappedKey, keyContext(parts.keyId, binding));
    if (dataKey?.length !== DATA_KEY_BYTES) throw rejected(parts.keyId);
    return dataKey;
  }
}

function keyContext(keyId: string, binding: CredentialBinding): Buffer {
  return context(
    'key',
    SEALED_VERSION,
    SEALED_ALGORITHM,
    keyId,
    binding.organizationId,
    binding.connectionId,
  );
}

/** Without the key id: the payload stays as it is when its key is wrapped anew. */
function payloadContext(binding: CredentialBinding): Buffer {
  return context('payload', SEALED_VERSION, SEALED_ALGORITHM, binding.organizationId, binding.connectionId);
}

/** JSON keeps the parts apart: ('a', 'bc') and ('ab', 'c') must not yield the same bytes. */
function context(...parts: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(parts));
}

function rejected(keyId: string): VaultError {
  return new VaultError(
    'rejected',
    'The stored credentials were altered, belong to another connection, or were sealed with another key of the same id.',
    keyId,
  );
}
