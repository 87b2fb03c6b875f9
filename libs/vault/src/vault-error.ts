/**
 * `malformed`: not a sealed text, or of an unknown version or algorithm. `key_missing`: sealed under a key that the
 * keyring no longer holds. `rejected`: altered, or sealed for another organisation or connection. `keyring`: the
 * configured keys can't be used.
 */
export type VaultErrorCode = 'malformed' | 'key_missing' | 'rejected' | 'keyring';

/** Thrown by the vault. Its message names key ids and never holds key material, ciphertext or plaintext. */
export class VaultError extends Error {
  override readonly name = 'VaultError';

  constructor(
    readonly code: VaultErrorCode,
    message: string,
    readonly keyId?: string,
  ) {
    super(message);
  }
}
