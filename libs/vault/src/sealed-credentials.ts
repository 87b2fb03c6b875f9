declare const sealed: unique symbol;

/** Credentials encrypted at rest, as stored. A plain string is not assignable: it comes from `Vault.seal` or storage. */
export type SealedCredentials = string & { readonly [sealed]: true };

/** What a ciphertext belongs to. It opens for no other organisation and no other connection. */
export interface CredentialBinding {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** The parts of a sealed text: `rekomi1:aes-256-gcm:KEY_ID:WRAPPED_KEY:PAYLOAD`, the last two in base64url. */
export interface SealedParts {
  readonly keyId: string;
  /** Nonce (12 bytes), encrypted data key (32), tag (16). */
  readonly wrappedKey: Buffer;
  /** Nonce (12 bytes), encrypted JSON of the fields, tag (16). */
  readonly payload: Buffer;
}

export const SEALED_VERSION = 'rekomi1';
export const SEALED_ALGORITHM = 'aes-256-gcm';
