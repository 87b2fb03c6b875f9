import type { ProviderManifest } from '@rekomi/provider-contract';

const SWAGGER = 'https://github.com/Iterable/api-client api-docs.json, version 1.8 (2026-11)';

export const iterableManifest = {
  slug: 'iterable',
  name: 'Iterable',
  category: 'marketing_automation',
  summary: 'Approved affiliates become users in Iterable, join a static list, and get their events.',
  docs: { vendor: 'https://iterable.com', api: 'https://api.iterable.com/api/docs' },
  checkedOn: '2026-11-29',
  apiVersion: { name: 'API 1.8' },
  credentials: [
    {
      name: 'apiKey',
      label: 'API key',
      help: 'A server-side key of the project, without JWT. It is shown once, when it is created.',
      secret: true,
      required: true,
      pattern: '^[a-f0-9]{32}$',
      example: '0ddba11c0ffee0ddba11c0ffee0ddba1',
      guideAnchor: 'api-key',
    },
  ],
  account: ['apiKey'],
  // A key does not show its data centre. https://github.com/Iterable/api-client, 2026-11.
  regions: [
    { name: 'us', label: 'United States', hosts: { api: 'api.iterable.com' } },
    { name: 'eu', label: 'European Union', hosts: { api: 'api.eu.iterable.com' } },
  ],
  settings: [],
  audience: {
    singular: 'static list',
    plural: 'static lists',
    listingNeeds: [],
    creatable: true,
    required: false,
  },
  // No bulk calls: a look at each person who joins a list sets the pace, which they would not raise; Iterable works
  // bulk and single calls apart and warns of mixing them for one person; and single events go ten times as fast.
  capabilities: {
    events: 'native',
    eventDedupe: 'ulid',
    ambiguousEvents: 'send_again',
    tags: 'attribute',
    readBack: true,
    eraseContact: false,
    clearing: 'null',
    consent: 'subscribed_on_create',
  },
  // Each endpoint has an allowance of its own, per project. No header tells when there is room again.
  limits: {
    catalogue: {
      ceiling: { requests: 100, perMs: 1000, kind: 'smooth' },
      usual: { requests: 20, perMs: 1000, kind: 'smooth' },
      concurrency: 4,
      timeoutMs: 30_000,
      source: SWAGGER,
    },
    lookups: {
      ceiling: { requests: 100, perMs: 1000, kind: 'smooth' },
      usual: { requests: 80, perMs: 1000, kind: 'smooth' },
      concurrency: 24,
      timeoutMs: 30_000,
      source: SWAGGER,
    },
    profiles: {
      ceiling: { requests: 500, perMs: 1000, kind: 'smooth' },
      usual: { requests: 250, perMs: 1000, kind: 'smooth' },
      concurrency: 32,
      timeoutMs: 30_000,
      source: SWAGGER,
    },
    memberships: {
      ceiling: { requests: 100, perMs: 1000, kind: 'smooth' },
      usual: { requests: 50, perMs: 1000, kind: 'smooth' },
      concurrency: 16,
      timeoutMs: 30_000,
      source: `The vendor names no figure for this endpoint; taken from its neighbours. ${SWAGGER}`,
    },
    events: {
      ceiling: { requests: 2000, perMs: 1000, kind: 'smooth' },
      usual: { requests: 250, perMs: 1000, kind: 'smooth' },
      concurrency: 32,
      timeoutMs: 30_000,
      source: SWAGGER,
    },
  },
  // Taken by fields of this connection; the prefix keeps clear of the vendor's own.
  reservedAttributes: ['tags', 'status', 'tier'],
  // https://support.iterable.com/hc/en-us/articles/217744303, 2026-11.
  reservedEventKeys: ['createdat', 'itblinternal'],
  writes: [
    { vendorField: 'email', from: 'E-mail address', note: 'Identifies the user.' },
    { vendorField: 'firstName', from: 'First name' },
    { vendorField: 'lastName', from: 'Last name' },
    { vendorField: 'rekomi_tags', from: 'Tags', note: 'A list of texts.' },
    { vendorField: 'rekomi_status', from: 'Status', note: 'applied, approved or rejected.' },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'Only when the affiliate has one.' },
    { vendorField: 'rekomi_*', from: 'Further attributes of the affiliate', note: 'Only those you define.' },
  ],
} as const satisfies ProviderManifest;
