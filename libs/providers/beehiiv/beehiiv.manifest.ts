import type { ProviderManifest } from '@rekomi/provider-contract';

/** One region. https://developers.beehiiv.com/welcome/create-an-api-key, 2026-11. */
export const HOST = 'api.beehiiv.com';

export const beehiivManifest = {
  slug: 'beehiiv',
  name: 'beehiiv',
  category: 'newsletter',
  summary: 'Approved affiliates become subscribers of a publication in beehiiv, with their tags.',
  docs: { vendor: 'https://www.beehiiv.com', api: 'https://developers.beehiiv.com/api-reference' },
  checkedOn: '2026-11-29',
  apiVersion: { name: 'API v2' },

  credentials: [
    {
      name: 'apiKey',
      label: 'API key',
      help: 'Shown once when it is created. It may be limited to some publications; only those are offered then.',
      secret: true,
      required: true,
      example: 'hK4xW0nP7tQzR2mB9sVcY5dLfG8jA3eU',
      guideAnchor: 'api-key',
    },
  ],
  account: ['apiKey'],
  regions: [{ name: 'global', label: 'Everywhere', hosts: { api: HOST } }],

  settings: [
    {
      name: 'unsubscribed',
      label: 'Affiliates who unsubscribed',
      help:
        'Someone who is approved may have unsubscribed from your publication before. beehiiv asks to re-activate only ' +
        'people who knowingly subscribe again; mail to others counts as unsolicited and may cost you your standing.',
      type: 'choice',
      choices: [
        { value: 'respect', label: 'Respect it: they stay unsubscribed, and the contact says so' },
        {
          value: 'reactivate',
          label: 'Re-activate: they are subscribed again, once, when they are first synced',
        },
      ],
      default: 'respect',
    },
  ],

  audience: {
    singular: 'publication',
    plural: 'publications',
    listingNeeds: [],
    creatable: false,
    required: true,
  },

  capabilities: {
    events: 'tag',
    eventSubstitute:
      'beehiiv records no events, so each kind of event is a tag on the subscriber, such as "rekomi:commission_earned"; automations and segments can start from it.',
    eventDedupe: 'none',
    ambiguousEvents: 'send_again',
    tags: 'native',
    readBack: true,
    eraseContact: true,
    clearing: 'null',
    consent: 'subscribed_on_create',
  },

  // https://developers.beehiiv.com/api-reference/subscriptions/create, 2026-11.
  silences: 'beehiiv discards custom fields that the publication does not have, without a word.',

  limits: {
    api: {
      ceiling: { requests: 180, perMs: 60_000, kind: 'fixed' },
      // Leaves room for what people ask for meanwhile, and for other tools with a key to the same workspace.
      usual: { requests: 165, perMs: 60_000, kind: 'smooth' },
      concurrency: 4,
      timeoutMs: 20_000,
      source: 'https://developers.beehiiv.com/welcome/rate-limiting (2026-11)',
    },
  },

  // Our own names; everything else gets the prefix.
  resetHeaders: ['ratelimit-reset'],
  reservedAttributes: ['status', 'tier', 'tags'],
  reservedEventKeys: [],

  writes: [
    { vendorField: 'email', from: 'E-mail address', note: 'Identifies the subscriber in the publication.' },
    { vendorField: 'First Name', from: 'First name', note: 'Only if the publication has this custom field.' },
    { vendorField: 'Last Name', from: 'Last name', note: 'Only if the publication has this custom field.' },
    {
      vendorField: 'rekomi_status',
      from: 'Status',
      note: 'Only if the publication has this custom field: applied, approved or rejected.',
    },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'Only if the publication has this custom field.' },
    {
      vendorField: 'rekomi_*',
      from: 'Further attributes of the affiliate',
      note: 'Only those for which the publication has a custom field.',
    },
    { vendorField: 'tags', from: 'Tags', note: 'Added, never replaced. At most 100 in a publication.' },
    {
      vendorField: 'utm_source',
      from: 'Always "rekomi"',
      note: 'For new subscribers only; utm_medium is "affiliate".',
    },
  ],
} as const satisfies ProviderManifest;
