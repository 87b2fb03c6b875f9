import type { ProviderManifest } from '@rekomi/provider-contract';
import { catalogueWords, paceText } from '@rekomi/provider-registry';

import type { ManifestAnswer } from './manifest.answer.js';
import type { ProviderAnswer } from './provider.answer.js';

const GUIDES = '/v1/providers';

export function providerAnswer({
  slug,
  name,
  category,
  summary,
  audience,
  capabilities,
}: ProviderManifest): ProviderAnswer {
  return {
    ...{ slug, name, category, summary },
    audienceName: audience.singular,
    events: capabilities.events,
    guide: `${GUIDES}/${slug}/guide`,
  };
}

export function manifestAnswer(manifest: ProviderManifest): ManifestAnswer {
  const limits = Object.entries(manifest.limits);
  const { audienceName, events, guide } = providerAnswer(manifest);
  return {
    ...manifest,
    ...{ audienceName, events, guide },
    words: catalogueWords(manifest),
    pace: Object.fromEntries(limits.map(([family, limit]) => [family, paceText(limit)])),
  };
}
