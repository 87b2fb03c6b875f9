import type { ProviderManifest } from '@rekomi/provider-contract';
import type { OpenedCredentials } from '@rekomi/vault';

import type { Credentials } from './connection-credentials.js';

/**
 * The stored credentials with a person's changes on top, to be verified and sealed anew. The one place besides the
 * transport where stored plaintext comes out of its handle; it goes straight back into the vault.
 */
export function mergeCredentials(
  manifest: ProviderManifest,
  stored: OpenedCredentials,
  changes: { readonly set: Credentials; readonly removed: readonly string[] },
): Credentials {
  return Object.fromEntries(
    manifest.credentials.flatMap(({ name }) => {
      if (changes.removed.includes(name)) return [];
      const value = changes.set[name] ?? stored.reveal(name, 'authorize');
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}
