import { SEALED_ALGORITHM, SEALED_VERSION } from './sealed-credentials.js';
import type { SealedCredentials, SealedParts } from './sealed-credentials.js';
import { VaultError } from './vault-error.js';

/** Writes the stored form. */
export function writeSealedText(parts: SealedParts): SealedCredentials {
  return [
    SEALED_VERSION,
    SEALED_ALGORITHM,
    parts.keyId,
    parts.wrappedKey.toString('base64url'),
    parts.payload.toString('base64url'),
  ].join(':') as SealedCredentials;
}

/** Reads the stored form. Throws `VaultError` (`malformed`) for anything but the one canonical spelling. */
export function readSealedText(sealed: string): SealedParts {
  const [version, algorithm, keyId, wrappedKey, payload, ...rest] = sealed.split(':');
  if (version !== SEALED_VERSION || algorithm !== SEALED_ALGORITHM) {
    throw new VaultError('malformed', 'The stored credentials have an unknown version or algorithm.');
  }
  if (!keyId || wrappedKey === undefined || payload === undefined || rest.length > 0) {
    throw new VaultError('malformed', 'The stored credentials are incomplete.');
  }
  return { keyId, wrappedKey: canonical(wrappedKey), payload: canonical(payload) };
}

/** Marks a text read from storage as sealed, after checking its form. */
export function sealedFromStorage(text: string): SealedCredentials {
  readSealedText(text);
  return text as SealedCredentials;
}

function canonical(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  // Decoding forgives unused trailing bits and foreign characters; one ciphertext must have one spelling only.
  if (bytes.toString('base64url') !== text) {
    throw new VaultError('malformed', 'The stored credentials are not canonical base64url.');
  }
  return bytes;
}
