import type { ProviderManifest } from '@rekomi/provider-contract';

import type { CredentialSource } from './credential-source.js';
import { SecretMask } from './secret-mask.js';

/** What hides one connection's credentials. */
export interface CredentialMasks {
  /** For what is recorded: every credential field, the public ones too. */
  readonly record: SecretMask;
  /**
   * For what the provider sees: it never needs its own secrets, and it may quote a vendor's message. Long ones only,
   * because a short value may be part of an id that the provider does need.
   */
  readonly answer: SecretMask;
}

const SHORTEST_SECRET_IN_ANSWERS = 12;

/** Spelling secrets in every way costs more than sending a request, so it is done once for each handle. */
export class MaskStore {
  readonly #known = new WeakMap<CredentialSource, CredentialMasks>();

  of(credentials: CredentialSource, manifest: ProviderManifest): CredentialMasks {
    const known = this.#known.get(credentials);
    if (known !== undefined) return known;
    const fields = manifest.credentials
      // Without the host name an exchange would not say where it went.
      .filter(({ kind }) => kind !== 'host')
      .map(({ name, secret }) => ({
        field: name,
        value: credentials.reveal(name, 'mask') ?? '',
        secret,
      }));
    const made = {
      record: new SecretMask(fields),
      answer: new SecretMask(
        fields.filter(({ secret, value }) => secret && value.length >= SHORTEST_SECRET_IN_ANSWERS),
      ),
    };
    this.#known.set(credentials, made);
    return made;
  }
}
