import type { ProviderManifest } from '@rekomi/provider-contract';

import type { CredentialSource } from './credential-source.js';

/**
 * What a provider may know of a credential: a public one whole, of a secret one its public part, as the manifest says.
 */
export function credentialHint(
  manifest: ProviderManifest,
  credentials: CredentialSource,
  name: string,
): string | undefined {
  const field = manifest.credentials.find((one) => one.name === name);
  const value = field === undefined ? undefined : credentials.reveal(name, 'hint');
  if (field === undefined || value === undefined || value === '') return undefined;
  if (!field.secret) return value;
  return field.publicPart === undefined ? undefined : new RegExp(field.publicPart).exec(value)?.[1];
}
