import type { ProviderManifest } from '@rekomi/provider-contract';

/** Injection token of what is known about vendors: which names are reserved there, what they can do. */
export abstract class VendorManifests {
  /** By a provider's slug; undefined for one that this installation does not have. */
  abstract manifest(provider: string): ProviderManifest | undefined;
}
