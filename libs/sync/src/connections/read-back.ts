import type { ProviderManifest, Right } from '@rekomi/provider-contract';

/**
 * Why this connection's contacts cannot be looked up, in words; undefined when they can, as far as the latest verification
 * told.
 */
export function readBackObstacle(
  manifest: ProviderManifest | undefined,
  rights: readonly Right[],
): string | undefined {
  const name = manifest?.name ?? 'This vendor';
  if (manifest?.capabilities.readBack !== true) return `${name} cannot be asked about its contacts.`;
  const right = rights.find((one) => one.name === 'read_back');
  if (right === undefined || right.granted) return undefined;
  return `${name} cannot be asked about its contacts with these credentials.${right.detail === undefined ? '' : ` ${right.detail}`}`;
}
