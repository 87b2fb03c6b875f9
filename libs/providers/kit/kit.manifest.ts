import type { ProviderManifest } from '@rekomi/provider-contract';

/** One region. https://developers.kit.com/api-reference, 2026-11. */
export const HOST = 'api.kit.com';

export const kitManifest = {
  slug: 'kit',
  name: 'Kit (formerly ConvertKit)',
  category: 'newsletter',
  summary: 'Approved affiliates become subscribers in Kit and get the tags that your automations start from.',
  docs: { vendor: 'https://kit.com', api: 'https://developers.kit.com/api-reference' },
  checkedOn: '2026-11-29',
  apiVersion: { name: 'API v4' },

  credentials: [
    {
      name: 'apiKey',
      label: 'API key (v4)',
      help: 'Made under "V4 API Keys" and shown once. Keys and secrets of v3 do not work.',
      secret: true,
      required: true,
      pattern: '^kit_[A-Za-z0-9]{16,}$',
      example: 'kit_4f0b9d2c7a61e8835b14d0c2',
      guideAnchor: 'api-key-v4',
    },
  ],
  account: ['apiKey'],
  regions: [{ name: 'global', label: 'Everywhere', hosts: { api: HOST } }],

  settings: [
    {
      name: 'createFields',
      label: 'Create missing custom fields',
      help:
        'In Kit a value needs a custom field. Switched on, fields for the last name, status, tier and attributes are ' +
        'created in your account when they are first needed. Switched off, values without a field are left out.',
      type: 'boolean',
      default: true,
    },
  ],

  audience: { singular: 'tag', plural: 'tags', listingNeeds: [], creatable: true, required: false },

  capabilities: {
    events: 'tag',
    eventSubstitute:
      'Kit records no events, so each kind of event is a tag, such as "rekomi:commission_earned"; an automation can start when it is added, which happens once for each person.',
    eventDedupe: 'none',
    ambiguousEvents: 'send_again',
    tags: 'native',
    readBack: true,
    eraseContact: false,
    clearing: 'empty_string',
    consent: 'subscribed_on_create',
  },

  limits: {
    api: {
      ceiling: { requests: 120, perMs: 60_000, kind: 'smooth' },
      // The window rolls and a 429 tells no time, so some room is left.
      usual: { requests: 110, perMs: 60_000, kind: 'smooth' },
      concurrency: 4,
      timeoutMs: 20_000,
      source: 'https://developers.kit.com/api-reference/rate-limits.md (2026-11)',
    },
  },

  // Our own names; everything else gets the prefix.
  reservedAttributes: ['status', 'tier', 'tags'],
  reservedEventKeys: [],

  writes: [
    {
      vendorField: 'email_address',
      from: 'E-mail address',
      note: 'Identifies the subscriber; in lower case.',
    },
    { vendorField: 'first_name', from: 'First name' },
    { vendorField: 'last_name', from: 'Last name', note: 'A custom field: Kit has no last name of its own.' },
    { vendorField: 'rekomi_status', from: 'Status', note: 'A custom field: applied, approved or rejected.' },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'A custom field, only when the affiliate has one.' },
    { vendorField: 'rekomi_*', from: 'Further attributes of the affiliate', note: 'Custom fields, as text.' },
    { vendorField: 'tags', from: 'Tags', note: 'Added and removed one by one, never replaced.' },
  ],
} as const satisfies ProviderManifest;
