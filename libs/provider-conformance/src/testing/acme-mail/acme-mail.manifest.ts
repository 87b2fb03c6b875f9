import type { ProviderManifest } from '@rekomi/provider-contract';

/** Acme Mail does not exist: a small vendor of an ordinary kind, made up for the guide and its test. */
export const acmeMailManifest = {
  slug: 'acme-mail',
  name: 'Acme Mail',
  category: 'email',
  summary: 'Approved affiliates become contacts in Acme Mail, join a list, and get their events.',
  docs: {
    vendor: 'https://acme-mail.example',
    api: 'https://acme-mail.example/api',
  },
  checkedOn: '2026-11-29',
  credentials: [
    {
      name: 'apiKey',
      label: 'API key',
      help: 'Opens the account. It is shown once, when it is created.',
      secret: true,
      required: true,
      pattern: '^am_[a-z0-9]{24}$',
      example: 'am_0123456789abcdefghijklmn',
      guideAnchor: 'api-key',
    },
  ],
  account: ['apiKey'],
  regions: [
    {
      name: 'all',
      label: 'Everywhere',
      hosts: { api: 'api.acme-mail.example' },
    },
  ],
  settings: [],
  audience: {
    singular: 'list',
    plural: 'lists',
    listingNeeds: [],
    creatable: false,
    required: false,
  },
  capabilities: {
    events: 'native',
    eventDedupe: 'ulid',
    ambiguousEvents: 'send_again',
    tags: 'native',
    readBack: true,
    eraseContact: false,
    clearing: 'never',
    consent: 'subscribed_on_create',
  },
  limits: {
    api: {
      ceiling: { requests: 20, perMs: 1000, kind: 'fixed' },
      usual: { requests: 10, perMs: 1000, kind: 'fixed' },
      concurrency: 8,
      timeoutMs: 10_000,
      source: 'https://acme-mail.example/api/limits (2026-11)',
    },
  },
  reservedAttributes: [],
  reservedEventKeys: [],
  writes: [
    { vendorField: 'first_name', from: 'First name' },
    { vendorField: 'last_name', from: 'Last name' },
    { vendorField: 'rekomi_*', from: 'Status, tier and attributes' },
  ],
} as const satisfies ProviderManifest;
