import type { AllowedHosts, Endpoint } from '@rekomi/webhooks';

/** What this installation allows of endpoints. */
export interface EndpointRules {
  readonly allowedHosts: AllowedHosts;
  /** `sandbox` only where there is one. */
  readonly environments: readonly Endpoint['environment'][];
}

/** Token of {@link EndpointRules}. */
export const ENDPOINT_RULES = Symbol('EndpointRules');
