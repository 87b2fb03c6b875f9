import type { ProviderManifest } from '@rekomi/provider-contract';

const PACE = { requests: 100, perMs: 1000, kind: 'smooth' } as const;

/** An invented vendor with a call for everything, for the suite's own tests. */
export const plainPostManifest = {
  slug: 'plain-post',
  name: 'Plain Post',
  category: 'email',
  summary: 'Approved affiliates become contacts in Plain Post, join a list, and get their events.',
  docs: { vendor: 'https://plain-post.example', api: 'https://plain-post.example/api' },
  checkedOn: '2026-09-03',
  credentials: [
    {
      name: 'apiKey',
      label: 'API key',
      help: 'Opens the account.',
      secret: true,
      required: true,
      guideAnchor: 'api-key',
    },
  ],
  account: ['apiKey'],
  regions: [
    { name: 'us', label: 'United States', hosts: { api: 'api.plain-post.example' } },
    { name: 'eu', label: 'European Union', hosts: { api: 'api-eu.plain-post.example' } },
  ],
  settings: [],
  audience: { singular: 'list', plural: 'lists', listingNeeds: [], creatable: true, required: false },
  capabilities: {
    events: 'native',
    eventDedupe: 'ulid',
    ambiguousEvents: 'send_again',
    tags: 'native',
    readBack: true,
    eraseContact: true,
    clearing: 'null',
    consent: 'explicit',
    bulk: { maximumItems: 100, maximumBytes: 1_000_000, maximumItemBytes: 50_000, worthwhileFrom: 2 },
  },
  limits: {
    api: {
      ceiling: PACE,
      usual: PACE,
      concurrency: 10,
      timeoutMs: 10_000,
      source: 'invented for the suite (2026-09)',
    },
  },
  reservedAttributes: ['email', 'consent'],
  reservedEventKeys: ['to'],
  writes: [
    { vendorField: 'email', from: 'E-mail address' },
    { vendorField: 'first_name', from: 'First name' },
    { vendorField: 'last_name', from: 'Last name' },
    { vendorField: 'rekomi_*', from: 'Status, tier and further attributes' },
  ],
} as const satisfies ProviderManifest;
