import type { ProviderManifest } from '@rekomi/provider-contract';

/** What is lost without the two values of event tracking; the same text in form and verification. */
export const WITHOUT_EVENTS =
  'Events become tags: rekomi:commission_earned, for instance, the same at every occurrence and without its data.';

/** https://developers.activecampaign.com/reference/bulk-import-contacts (2026-08). */
export const IMPORT_LIMITS = { items: 250, bytes: 400_000 } as const;

const RATE_LIMITS = 'https://developers.activecampaign.com/reference/rate-limits (2026-08)';
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

export const activecampaignManifest = {
  slug: 'activecampaign',
  name: 'ActiveCampaign',
  category: 'marketing_automation',
  summary: 'Approved affiliates become contacts, join a list, carry their tags, and get their events.',
  docs: {
    vendor: 'https://www.activecampaign.com',
    api: 'https://developers.activecampaign.com/reference/overview',
  },
  checkedOn: '2026-09-03',
  apiVersion: { name: 'API v3' },
  minimumPlan: 'Starter',

  credentials: [
    {
      name: 'apiUrl',
      label: 'API URL',
      help: 'Stands above the key. Copy it as it is: it cannot be told from the name of the account.',
      secret: false,
      required: true,
      kind: 'host',
      example: 'https://your-account.api-us1.com',
      guideAnchor: 'api-url',
    },
    {
      name: 'apiKey',
      label: 'API key',
      help: 'Has the permissions of its user’s group. Resetting it makes the old one invalid.',
      secret: true,
      required: true,
      guideAnchor: 'api-key',
    },
    {
      name: 'eventActid',
      label: 'Event actid',
      help: 'The number of your account for event tracking.',
      secret: false,
      required: false,
      without: WITHOUT_EVENTS,
      pattern: '^[0-9]+$',
      example: '1000123456',
      guideAnchor: 'event-actid-and-event-key',
    },
    {
      name: 'eventKey',
      label: 'Event key',
      help: 'Stands beside the actid. Needed together with it.',
      secret: true,
      required: false,
      without: WITHOUT_EVENTS,
      guideAnchor: 'event-actid-and-event-key',
    },
  ],
  account: ['apiUrl'],
  // Accounts have hosts of their own; events of all accounts go to one.
  regions: [{ name: 'all', label: 'All accounts', hosts: { events: 'trackcmp.net' } }],
  accountHosts: [
    { suffix: '.api-us1.com', label: LABEL },
    { suffix: '.activehosted.com', label: LABEL },
  ],

  settings: [
    {
      name: 'optedOut',
      label: 'People who left the list',
      help:
        'Somebody who unsubscribed from the list (or bounced there) and is approved as an affiliate. Subscribing them again ' +
        'sends mail to people who said no; do it only where your terms make the affiliate mail a new consent.',
      type: 'choice',
      choices: [
        { value: 'respect', label: 'Leave them out: they get tags and fields and stay unsubscribed' },
        { value: 'resubscribe', label: 'Subscribe them again, as a deliberate re-subscription' },
      ],
      default: 'respect',
    },
    {
      name: 'requestsPerSecond',
      label: 'Requests per second',
      help: 'ActiveCampaign allows five a second for all your tools together.',
      type: 'integer',
      minimum: 1,
      maximum: 5,
      default: 4,
    },
    {
      name: 'imports',
      label: 'Send many at once',
      help:
        'When many people are due they go in imports of up to 250. Much faster; ActiveCampaign works on an import later and ' +
        'does not say what became of each person.',
      type: 'boolean',
      default: true,
    },
  ],

  audience: { singular: 'list', plural: 'lists', listingNeeds: [], creatable: false, required: false },

  capabilities: {
    // With event key and actid. Without, `eventSubstitute` holds.
    events: 'native',
    eventSubstitute: `Without the event key: ${WITHOUT_EVENTS}`,
    eventDedupe: 'none',
    // The tracker has no ids. Tags, which may be attached again, are never ambiguous here.
    ambiguousEvents: 'do_not_repeat',
    tags: 'native',
    readBack: true,
    eraseContact: true,
    clearing: 'empty_string',
    consent: 'explicit',
    bulk: {
      maximumItems: IMPORT_LIMITS.items,
      maximumBytes: IMPORT_LIMITS.bytes,
      maximumItemBytes: 50_000,
      // With fewer the vendor advises against imports.
      worthwhileFrom: 10,
      setting: 'imports',
      results: 'job',
    },
  },

  limits: {
    api: {
      ceiling: { requests: 5, perMs: 1000, kind: 'smooth' },
      usual: { requests: 4, perMs: 1000, kind: 'smooth' },
      setting: 'requestsPerSecond',
      concurrency: 4,
      timeoutMs: 20_000,
      source: RATE_LIMITS,
    },
    // 100 a minute, 20 where an import holds one contact; the account's five a second count as well.
    import: {
      ceiling: { requests: 100, perMs: 60_000, kind: 'smooth' },
      usual: { requests: 20, perMs: 60_000, kind: 'smooth' },
      concurrency: 1,
      timeoutMs: 30_000,
      source: 'https://developers.activecampaign.com/reference/bulk-import-contacts (2026-08)',
    },
    // No limit is published for the tracker.
    events: {
      ceiling: { requests: 10, perMs: 1000, kind: 'smooth' },
      usual: { requests: 5, perMs: 1000, kind: 'smooth' },
      concurrency: 4,
      timeoutMs: 20_000,
      source: 'https://developers.activecampaign.com/reference/track-event (2026-08)',
    },
  },

  resetHeaders: ['ratelimit-reset'],
  reservedAttributes: ['tags', 'status', 'tier'],
  eventNames: {
    maximumCharacters: 32,
    reserved: [],
    source: 'https://developers.activecampaign.com/reference/track-event (2026-11)',
  },
  reservedEventKeys: [],

  writes: [
    { vendorField: 'email', from: 'E-mail address', note: 'Identifies the contact.' },
    { vendorField: 'firstName', from: 'First name' },
    { vendorField: 'lastName', from: 'Last name' },
    { vendorField: 'tags', from: 'Tags', note: 'Added and removed one by one; yours stay.' },
    { vendorField: 'rekomi_status', from: 'Status', note: 'Only into a custom field of this title.' },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'Only into a custom field of this title.' },
    {
      vendorField: 'rekomi_*',
      from: 'Further attributes of the affiliate',
      note: 'Only into custom fields of these titles.',
    },
  ],
} as const satisfies ProviderManifest;
