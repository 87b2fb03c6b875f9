import type { ProviderManifest } from '@rekomi/provider-contract';

/** What is lost without an App API key, in the merchant's words. The same text in form, verification and guide. */
export const WITHOUT_APP_KEY =
  'No segment picker, no look at what arrived (receipts and preview), and no way to see whether a person already has a sign-up date.';

/**
 * What `/api/v2/batch` takes: less than 500 KB in all and 32 KB an item, with a margin. The vendor names no number of
 * items. https://docs.customer.io/integrations/api/track/, "Send multiple requests", 2026-08.
 */
export const BATCH_LIMITS = { items: 1000, bytes: 480_000, itemBytes: 32_000 } as const;

export const customerIoManifest = {
  slug: 'customer-io',
  name: 'Customer.io',
  category: 'marketing_automation',
  summary: 'Approved affiliates become people in Customer.io, join a manual segment, and get their events.',
  docs: {
    vendor: 'https://customer.io',
    api: 'https://docs.customer.io/integrations/api/track/',
  },
  checkedOn: '2026-09-03',
  apiVersion: { name: 'Track API v1 and v2, App API v1' },
  minimumPlan: 'Essentials',

  credentials: [
    {
      name: 'siteId',
      label: 'Site ID',
      help: 'Names the workspace that people are written to. Stands next to the Track API key.',
      secret: false,
      required: true,
      pattern: '^[A-Za-z0-9]{20}$',
      example: 'c10a5ede1200b1a5c0de',
      guideAnchor: 'site-id',
    },
    {
      name: 'trackApiKey',
      label: 'Track API key',
      help: 'Writes people and events. It belongs to the Site ID in the same row.',
      secret: true,
      required: true,
      pattern: '^[A-Za-z0-9]{20}$',
      example: '0ddba11c0ffee0ddba11',
      guideAnchor: 'track-api-key',
    },
    {
      name: 'appApiKey',
      label: 'App API key',
      help: 'Lists segments and looks people up. Shown once when it is created; a lost one is replaced.',
      secret: true,
      required: false,
      without: WITHOUT_APP_KEY,
      pattern: '^[A-Za-z0-9]{32}$',
      example: '5eed1e550n5ca1ab1e0ddba11c0ffee0',
      guideAnchor: 'app-api-key',
    },
  ],
  account: ['siteId'],

  // https://docs.customer.io/accounts-and-workspaces/data-centers/, 2026-08.
  regions: [
    { name: 'us', label: 'United States', hosts: { track: 'track.customer.io', app: 'api.customer.io' } },
    {
      name: 'eu',
      label: 'European Union',
      hosts: { track: 'track-eu.customer.io', app: 'api-eu.customer.io' },
    },
  ],

  settings: [
    {
      name: 'requestsPerSecond',
      label: 'Requests per second',
      help: 'How fast people and events are sent. Other tools that write to the same workspace share its allowance.',
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 100,
    },
    {
      name: 'createdAt',
      label: 'Sign-up date (created_at)',
      help:
        'Customer.io takes a person with created_at for someone who signed up for your product: the default segment ' +
        '"Signed up" contains everybody who has it, and its campaigns start. Writing it also replaces the date that is there.',
      type: 'choice',
      choices: [
        { value: 'always', label: 'Always: write the affiliate’s date, even over a date that is there' },
        { value: 'missing_only', label: 'Missing only: write it for people who have no date yet' },
        { value: 'never', label: 'Never: leave the date to your product' },
      ],
      default: 'missing_only',
    },
    {
      name: 'unseenMemberships',
      label: 'Taking back without an App API key',
      help:
        'Only with the App API key can we see whether a person was in the segment before us; such memberships always ' +
        'stay. Without it, this decides what becomes of the memberships when an affiliate is no longer approved.',
      type: 'choice',
      choices: [
        { value: 'leave', label: 'Leave the segment, also if the person was in it before us' },
        { value: 'stay', label: 'Stay in the segment, also if we put the person there' },
      ],
      default: 'leave',
    },
    {
      name: 'batches',
      label: 'Send many at once',
      help:
        'When many people are due, they go in batches (a few requests instead of thousands). Switched off, every person ' +
        'and every event is a request of its own. What is written is the same.',
      type: 'boolean',
      default: true,
    },
  ],

  audience: {
    singular: 'manual segment',
    plural: 'manual segments',
    listingNeeds: ['appApiKey'],
    creatable: true,
    required: false,
  },

  capabilities: {
    events: 'native',
    eventDedupe: 'ulid',
    ambiguousEvents: 'send_again',
    // Neither version of the call has a flag against it, and a look before each event would cost 10 requests a second.
    eventsCreateContacts: true,
    tags: 'attribute',
    readBack: true,
    eraseContact: false,
    clearing: 'null',
    consent: 'subscribed_on_create',
    unseenBefore: { setting: 'unseenMemberships', stays: 'stay', without: 'appApiKey' },
    bulk: {
      maximumItems: BATCH_LIMITS.items,
      maximumBytes: BATCH_LIMITS.bytes,
      maximumItemBytes: BATCH_LIMITS.itemBytes,
      worthwhileFrom: 10,
      setting: 'batches',
    },
  },

  // https://docs.customer.io/integrations/api/track/, 2026-08.
  silences:
    'Customer.io answers 200 before it looks at a person, and then drops what it does not take: people who are suppressed, an address that belongs to another profile, values that break its limits. Its activity log shows the failed update.',

  limits: {
    track: {
      ceiling: { requests: 1000, perMs: 1000, kind: 'smooth' },
      usual: { requests: 100, perMs: 1000, kind: 'smooth' },
      setting: 'requestsPerSecond',
      concurrency: 64,
      timeoutMs: 10_000,
      source: 'https://docs.customer.io/integrations/api/track/ (2026-08)',
    },
    app: {
      ceiling: { requests: 10, perMs: 1000, kind: 'smooth' },
      // Leaves room for what people ask for meanwhile: the list of segments, a verification.
      usual: { requests: 6, perMs: 1000, kind: 'smooth' },
      concurrency: 4,
      timeoutMs: 10_000,
      source: 'https://docs.customer.io/integrations/api/app/ (2026-08)',
    },
  },

  // https://docs.customer.io/messaging/people/reserved-attributes/ and https://docs.customer.io/journeys/attributes, 2026-08.
  reservedAttributes: [
    'id',
    'email',
    'phone',
    'anonymous_id',
    'created_at',
    'unsubscribed',
    'timezone',
    'timezone_valid',
    'mobile_ad_id',
    'mobile_ad_id_sha256',
    'email_sha256',
    'cio_*',
    '_*',
  ],
  eventNames: {
    // The Track API's limits table; longer ones are answered with 400.
    maximumBytes: 100,
    // Messages about its own data where events come in through Pipelines.
    reserved: [
      'user deleted',
      'user suppressed',
      'user unsuppressed',
      'device created or updated',
      'device deleted',
      'relationship deleted',
      'object deleted',
      'report delivery event',
      'delete person',
    ],
    source:
      'https://docs.customer.io/integrations/api/cdp/ and https://docs.customer.io/integrations/api/track/ (2026-08)',
  },
  // They override sender and recipient of the message that the event triggers. Docs: "Track a customer event", 2026-08.
  reservedEventKeys: ['recipient', 'from_address', 'reply_to'],

  writes: [
    { vendorField: 'email', from: 'E-mail address', note: 'Identifies the person.' },
    { vendorField: 'first_name', from: 'First name' },
    { vendorField: 'last_name', from: 'Last name' },
    {
      vendorField: 'created_at',
      from: 'Date the person became an affiliate',
      note: 'Unix seconds; when, depends on the setting "Sign-up date".',
    },
    { vendorField: 'rekomi_tags', from: 'Tags', note: 'One text, joined with commas, at most 1,000 bytes.' },
    { vendorField: 'rekomi_status', from: 'Status', note: 'applied, approved or rejected.' },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'Only when the affiliate has one.' },
    { vendorField: 'rekomi_*', from: 'Further attributes of the affiliate', note: 'Only those you define.' },
  ],
} as const satisfies ProviderManifest;
