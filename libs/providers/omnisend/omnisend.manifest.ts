import type { ProviderManifest } from '@rekomi/provider-contract';

/** One region. https://api-docs.omnisend.com/reference/authentication.md, 2026-11. */
export const HOST = 'api.omnisend.com';
/** Required with every call; a version that was retired answers 410. */
export const VERSION = '2026-03-15';

export const omnisendManifest = {
  slug: 'omnisend',
  name: 'Omnisend',
  category: 'commerce',
  summary:
    'Approved affiliates become contacts in Omnisend with your tags, and their events start automations.',
  docs: { vendor: 'https://www.omnisend.com', api: 'https://api-docs.omnisend.com' },
  checkedOn: '2026-11-29',
  apiVersion: { name: VERSION },

  credentials: [
    {
      name: 'apiKey',
      label: 'API key',
      help: 'Needs the permissions Contacts and Events; with Segments, those are told apart from tags. Shown once.',
      secret: true,
      required: true,
      example: '5e1f0c9ab2d4-Qm7kTzXw3pRvL8nYsHc6',
      guideAnchor: 'api-key',
    },
  ],
  account: ['apiKey'],
  regions: [{ name: 'global', label: 'Everywhere', hosts: { api: HOST } }],

  settings: [
    {
      name: 'newContacts',
      label: 'E-mail status of new contacts',
      help:
        'What somebody who is new to Omnisend becomes. Nobody who is there already is changed, and nobody is ever ' +
        'subscribed again. Choose "Subscribed" only if your affiliates agreed to marketing mail.',
      type: 'choice',
      choices: [
        { value: 'nonSubscribed', label: 'Non-subscribed: in your contacts, without marketing mail' },
        { value: 'subscribed', label: 'Subscribed: gets your campaigns and automations at once' },
      ],
      default: 'nonSubscribed',
    },
  ],

  // Tags need not exist beforehand, and no call lists them.
  audience: {
    singular: 'tag',
    plural: 'tags',
    listingNeeds: [],
    creatable: true,
    required: false,
    typed: true,
  },

  capabilities: {
    events: 'native',
    // By id and time, in stored events; an automation may start again after a repeat.
    eventDedupe: 'uuid',
    ambiguousEvents: 'send_again',
    tags: 'native',
    readBack: true,
    eraseContact: false,
    clearing: 'never',
    consent: 'explicit',
  },

  // https://api-docs.omnisend.com/reference/contacts-overview, 2026-11.
  silences:
    'Omnisend ignores an address that belongs to another contact, and adds tags only after it has answered.',

  limits: {
    api: {
      ceiling: { requests: 400, perMs: 60_000, kind: 'smooth' },
      // Counted for the whole brand, so other tools need some of it.
      usual: { requests: 330, perMs: 60_000, kind: 'smooth' },
      concurrency: 8,
      timeoutMs: 20_000,
      source: 'https://api-docs.omnisend.com/reference/rate-limit-timeouts-errors.md (2026-11)',
    },
    tags: {
      ceiling: { requests: 60, perMs: 60_000, kind: 'smooth' },
      usual: { requests: 54, perMs: 60_000, kind: 'smooth' },
      concurrency: 2,
      timeoutMs: 20_000,
      source: 'https://api-docs.omnisend.com/reference/rate-limit-timeouts-errors.md (2026-11)',
    },
  },

  // Our own names; everything else gets the prefix.
  reservedAttributes: ['status', 'tier', 'tags'],
  reservedEventKeys: [],

  writes: [
    { vendorField: 'email', from: 'E-mail address', note: 'Identifies the contact.' },
    { vendorField: 'firstName', from: 'First name' },
    { vendorField: 'lastName', from: 'Last name' },
    {
      vendorField: 'rekomi_status',
      from: 'Status',
      note: 'A custom property: applied, approved or rejected.',
    },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'A custom property, only when the affiliate has one.' },
    { vendorField: 'rekomi_*', from: 'Further attributes of the affiliate', note: 'Custom properties.' },
    { vendorField: 'tags', from: 'Tags', note: 'Added and removed one by one, never replaced.' },
  ],
} as const satisfies ProviderManifest;
