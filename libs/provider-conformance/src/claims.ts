import type { ProviderManifest } from '@rekomi/provider-contract';
import { audiencesAreTyped, resetHeadersOf } from './vendor-kinds.js';

/**
 * Everything that a manifest claims about the vendor and about the provider, each as a short text: `tags: native`. A
 * claim counts as proven when a case that names it has passed; one that no case proves fails the run.
 */
export function claimsOf(manifest: ProviderManifest): readonly string[] {
  const { capabilities, audience, regions, settings, credentials, accountHosts = [] } = manifest;
  const { bulk } = capabilities;
  return [
    `events: ${capabilities.events}`,
    ...(capabilities.events === 'none'
      ? []
      : [
          `event dedupe: ${capabilities.eventDedupe}`,
          `ambiguous events: ${capabilities.ambiguousEvents}`,
          capabilities.eventsCreateContacts === true ? 'events create contacts' : 'events create no contacts',
        ]),
    `tags: ${capabilities.tags}`,
    `read back: ${String(capabilities.readBack)}`,
    `erase contact: ${String(capabilities.eraseContact)}`,
    `clearing: ${capabilities.clearing}`,
    `consent: ${capabilities.consent}`,
    ...(capabilities.unseenBefore === undefined
      ? []
      : [`unseen before: ${capabilities.unseenBefore.without ?? 'always'}`]),
    ...(bulk === undefined
      ? []
      : [
          `bulk: ${bulk.results ?? 'per_item'}`,
          `bulk sizes: ${bulk.maximumItems} items, ${bulk.maximumBytes} bytes, ${bulk.maximumItemBytes} an item`,
          ...(bulk.setting === undefined ? [] : [`bulk setting: ${bulk.setting}`]),
        ]),
    `audience creatable: ${String(audience.creatable)}`,
    `audience required: ${String(audience.required)}`,
    ...(audiencesAreTyped(manifest) ? ['audience typed: true'] : []),
    ...audience.listingNeeds.map((name) => `audience listing needs: ${name}`),
    ...regions.map(({ name }) => `region: ${name}`),
    ...accountHosts.map(({ suffix }) => `account hosts: *${suffix}`),
    ...credentials.map(({ name, required }) => `credential: ${name}, ${required ? 'required' : 'optional'}`),
    ...settings.map(({ name }) => `setting: ${name}`),
    ...resetHeadersOf(manifest).map((name) => `reset header: ${name}`),
    `limits: ${Object.keys(manifest.limits).join(', ')}`,
  ];
}

/** Claims of the manifest that begin with one of these words. */
export function claimsAbout(
  ...beginnings: readonly string[]
): (manifest: ProviderManifest) => readonly string[] {
  return (manifest) =>
    claimsOf(manifest).filter((claim) => beginnings.some((beginning) => claim.startsWith(beginning)));
}
