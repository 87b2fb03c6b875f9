import { contain } from '../containment/contained-provider.js';
import type { ConnectionParts, ProviderLookup } from './connection-parts.js';

/** How long one call to a vendor is waited for before it counts as never ending, in milliseconds. */
const LIMIT_MS = 2 * 60 * 1000;

/** Whatever a provider does, whoever waits for it gets an answer. */
export function containedProviders({
  providers,
  onProviderFault,
}: Pick<ConnectionParts, 'providers' | 'onProviderFault'>): ProviderLookup {
  const options = { report: onProviderFault ?? (() => undefined), limitMs: LIMIT_MS };
  return {
    get(slug) {
      const provider = providers.get(slug);
      return provider === undefined ? undefined : contain(provider, options);
    },
  };
}
