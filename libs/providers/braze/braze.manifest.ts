import type { ProviderManifest, Region } from '@rekomi/provider-contract';

/**
 * Braze's instances. https://www.braze.com/docs/api/basics/, 2026-11; US-07, US-09 and EU-03 stand only in other
 * vendors' lists (Segment's and RudderStack's connectors, 2026-11). Frankfurt ends in .eu.
 */
const INSTANCES = {
  'US-01': 'rest.iad-01.braze.com',
  'US-02': 'rest.iad-02.braze.com',
  'US-03': 'rest.iad-03.braze.com',
  'US-04': 'rest.iad-04.braze.com',
  'US-05': 'rest.iad-05.braze.com',
  'US-06': 'rest.iad-06.braze.com',
  'US-07': 'rest.iad-07.braze.com',
  'US-08': 'rest.iad-08.braze.com',
  'US-09': 'rest.us-09.braze.com',
  'US-10': 'rest.us-10.braze.com',
  'EU-01': 'rest.fra-01.braze.eu',
  'EU-02': 'rest.fra-02.braze.eu',
  'EU-03': 'rest.fra-03.braze.eu',
  'AU-01': 'rest.au-01.braze.com',
  'ID-01': 'rest.id-01.braze.com',
  'JP-01': 'rest.jp-01.braze.com',
  'KR-01': 'rest.kr-01.braze.com',
} as const;

const REGIONS: readonly Region[] = Object.entries(INSTANCES).map(([label, rest]) => ({
  name: label.toLowerCase(),
  label,
  hosts: { rest },
}));

/**
 * Objects in one `/users/track`: newer contracts count 75 of all kinds, older ones 75 of each, one kind of contract 50.
 * https://www.braze.com/docs/api/endpoints/user_data/post_user_track/, 2026-11.
 */
export const OBJECTS_PER_CALL = 50;
/** Of 4 MB, with a margin. */
export const CALL_BYTES = 3_500_000;
const OBJECT_BYTES = 70_000;

/** Keys and texts of attributes and event properties. https://www.braze.com/docs/api/objects_filters/, 2026-11. */
export const LONGEST_TEXT = 255;

export const brazeManifest = {
  slug: 'braze',
  name: 'Braze',
  category: 'marketing_automation',
  summary:
    'Approved affiliates become users in Braze, tagged, in a subscription group if you like, with their events.',
  docs: { vendor: 'https://www.braze.com', api: 'https://www.braze.com/docs/api/basics/' },
  checkedOn: '2026-11-29',

  credentials: [
    {
      name: 'endpoint',
      label: 'REST endpoint',
      help: 'The address of your Braze instance. A key of one instance means nothing to another.',
      secret: false,
      required: true,
      kind: 'host',
      pattern: '^rest\\.[a-z]+-[0-9]{2}\\.braze\\.(com|eu)$',
      example: 'rest.fra-01.braze.eu',
      guideAnchor: 'rest-endpoint',
    },
    {
      name: 'apiKey',
      label: 'REST API key',
      help: 'Its permissions are ticked when it is made and cannot be changed later.',
      secret: true,
      required: true,
      example: '0ddba11c-0ffe-4e0d-8ba1-15eed1e55041',
      guideAnchor: 'rest-api-key',
    },
    {
      name: 'subscriptionGroups',
      label: 'Subscription groups',
      help: 'Identifier and name of each group to choose from, separated by semicolons: 3f1c… Affiliates; 9ab2… Partners',
      secret: false,
      required: false,
      without:
        'Braze cannot list its groups, so there is none to choose from. Affiliates are tagged all the same, and a segment can be built on the tag.',
      example: '3f1c5ade-1200-4b1a-85c0-de0ddba11c0f Affiliates',
      guideAnchor: 'subscription-groups',
      mayHoldBlanks: true,
    },
  ],
  account: ['endpoint', 'apiKey'],
  regions: REGIONS,

  settings: [
    {
      name: 'requestsPerSecond',
      label: 'Requests per second',
      help: 'How fast users and events are sent. Other tools of your company share the allowance of your contract.',
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 50,
    },
    {
      name: 'batches',
      label: 'Send many at once',
      help: 'When many people are due, up to 50 travel in one request. What is written is the same.',
      type: 'boolean',
      default: true,
    },
  ],

  audience: {
    singular: 'subscription group',
    plural: 'subscription groups',
    listingNeeds: ['subscriptionGroups'],
    creatable: false,
    required: false,
  },

  capabilities: {
    events: 'native',
    eventDedupe: 'none',
    ambiguousEvents: 'do_not_repeat',
    tags: 'attribute',
    readBack: true,
    eraseContact: true,
    clearing: 'null',
    // Braze's own rule for people made through its API.
    consent: 'subscribed_on_create',
    bulk: {
      maximumItems: 500,
      maximumBytes: CALL_BYTES,
      maximumItemBytes: OBJECT_BYTES,
      worthwhileFrom: 5,
      setting: 'batches',
    },
  },

  limits: {
    track: {
      ceiling: { requests: 3000, perMs: 3000, kind: 'fixed' },
      usual: { requests: 50, perMs: 1000, kind: 'smooth' },
      setting: 'requestsPerSecond',
      concurrency: 32,
      timeoutMs: 30_000,
      source: 'https://www.braze.com/docs/api/endpoints/user_data/post_user_track/ (2026-11)',
    },
    // 2,500 a minute, or 250 for whoever became a customer after 22 August 2024. We cannot tell which.
    exports: {
      ceiling: { requests: 250, perMs: 60_000, kind: 'fixed' },
      usual: { requests: 225, perMs: 60_000, kind: 'smooth' },
      concurrency: 4,
      timeoutMs: 30_000,
      source: 'https://www.braze.com/docs/api/endpoints/export/user_data/post_users_identifier/ (2026-11)',
    },
    groups: {
      ceiling: { requests: 5000, perMs: 60_000, kind: 'fixed' },
      usual: { requests: 2400, perMs: 60_000, kind: 'smooth' },
      concurrency: 16,
      timeoutMs: 30_000,
      source:
        'https://www.braze.com/docs/api/endpoints/subscription_groups/post_update_user_subscription_group_status_v2/ (2026-11)',
    },
    // Most others share 250,000 an hour.
    others: {
      ceiling: { requests: 250_000, perMs: 3_600_000, kind: 'fixed' },
      usual: { requests: 20, perMs: 1000, kind: 'smooth' },
      concurrency: 8,
      timeoutMs: 30_000,
      source: 'https://www.braze.com/docs/api/api_limits/ (2026-11)',
    },
  },

  // Attributes of ours stand among the custom ones under our prefix, where only these could collide.
  resetHeaders: ['x-ratelimit-retry-after', 'x-ratelimit-reset'],
  reservedAttributes: ['tags', 'status', 'tier'],
  reservedEventKeys: ['time', 'event_name'],

  writes: [
    { vendorField: 'email', from: 'E-mail address', note: 'Identifies the user.' },
    { vendorField: 'first_name', from: 'First name' },
    { vendorField: 'last_name', from: 'Last name' },
    {
      vendorField: 'subscription_groups',
      from: 'subscribed',
      note: 'Only for a group that you chose, and only for people who did not opt out.',
    },
    {
      vendorField: 'rekomi_tags',
      from: 'Tags',
      note: 'A custom array; tags are added and removed one by one.',
    },
    { vendorField: 'rekomi_status', from: 'Status', note: 'applied, approved or rejected.' },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'Only when the affiliate has one.' },
    { vendorField: 'rekomi_*', from: 'Further attributes of the affiliate', note: 'Only those you define.' },
  ],
} as const satisfies ProviderManifest;
