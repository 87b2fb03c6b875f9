import type { ProviderManifest, RateLimit } from '@rekomi/provider-contract';

const FUNDAMENTALS = 'https://mailchimp.com/developer/marketing/docs/fundamentals/ (2026-08)';

/**
 * There is no quota by time, only ten connections at once for all tools of the account's user. Reads and writes together
 * use nine; the windows merely keep a burst from looking like an attack.
 */
function atOnce(concurrency: number, timeoutMs: number): RateLimit {
  return {
    ceiling: { requests: 100, perMs: 1000, kind: 'smooth' },
    usual: { requests: 20, perMs: 1000, kind: 'smooth' },
    concurrency,
    timeoutMs,
    source: FUNDAMENTALS,
  };
}

export const mailchimpManifest = {
  slug: 'mailchimp',
  name: 'Mailchimp',
  category: 'email',
  summary: 'Approved affiliates join an audience, carry their tags, and get their events.',
  docs: {
    vendor: 'https://mailchimp.com',
    api: 'https://mailchimp.com/developer/marketing/api/',
  },
  checkedOn: '2026-09-03',
  apiVersion: { name: 'Marketing API 3.0' },

  credentials: [
    {
      name: 'apiKey',
      label: 'API key',
      help: 'Shown once when it is created. Copy it whole: what stands behind the hyphen names your data centre.',
      secret: true,
      required: true,
      pattern: '^[0-9a-f]{32}-[a-z]{2,}[0-9]{1,3}$',
      publicPart: '-([a-z]{2,}[0-9]{1,3})$',
      example: '0123456789abcdef0123456789abcdef-us14',
      guideAnchor: 'api-key',
    },
  ],
  account: ['apiKey'],
  // Each account lives in one data centre, which its key names; there is nothing to choose.
  regions: [{ name: 'all', label: 'All data centres', hosts: {} }],
  accountHosts: [{ suffix: '.api.mailchimp.com', label: '[a-z]{2,}[0-9]{1,3}' }],

  settings: [
    {
      name: 'newPeople',
      label: 'People who are new to the audience',
      help:
        'Never touches people who are in the audience already. An audience with double opt-in asks people to confirm by ' +
        'mail; adding them as subscribed skips that mail, so have their consent from elsewhere.',
      type: 'choice',
      choices: [
        {
          value: 'as_audience',
          label: 'As the audience says: with double opt-in, people are asked to confirm',
        },
        { value: 'subscribed', label: 'Subscribed at once, also where the audience has double opt-in' },
      ],
      default: 'as_audience',
    },
  ],

  audience: {
    singular: 'audience',
    plural: 'audiences',
    listingNeeds: [],
    creatable: false,
    required: true,
  },

  capabilities: {
    events: 'native',
    eventDedupe: 'none',
    // A repeated call records a second event, which may start a journey twice.
    ambiguousEvents: 'do_not_repeat',
    tags: 'native',
    readBack: true,
    eraseContact: true,
    clearing: 'empty_string',
    consent: 'subscribed_on_create',
  },

  limits: {
    // The vendor answers within 120 s; a call that is given up earlier goes on counting as open there.
    write: atOnce(6, 60_000),
    read: atOnce(3, 15_000),
  },

  reservedAttributes: ['tags', 'status', 'tier'],
  eventNames: {
    maximumCharacters: 30,
    reserved: [],
    source: 'https://mailchimp.com/developer/marketing/api/list-member-events/ (2026-11)',
  },
  reservedEventKeys: [],

  writes: [
    {
      vendorField: 'email_address',
      from: 'E-mail address',
      note: 'Identifies the person within an audience.',
    },
    { vendorField: 'FNAME', from: 'First name' },
    { vendorField: 'LNAME', from: 'Last name' },
    { vendorField: 'tags', from: 'Tags', note: 'Added and removed one by one; yours stay.' },
    {
      vendorField: 'rekomi_status',
      from: 'Status',
      note: 'Only into an audience field that you called rekomi_status.',
    },
    {
      vendorField: 'rekomi_tier',
      from: 'Tier',
      note: 'Only into an audience field that you called rekomi_tier.',
    },
    {
      vendorField: 'rekomi_*',
      from: 'Further attributes of the affiliate',
      note: 'Only into audience fields that you called so.',
    },
  ],
} as const satisfies ProviderManifest;
