import type { ProviderManifest } from '@rekomi/provider-contract';

/**
 * Base64 of `<40 hex>:<40 hex>` has 108 characters, of which the first and the one that holds the colon can be few. The
 * group is empty: that the pattern matches is all that may be known of the secret.
 */
const AUTH_TOKEN = '^[MNOQRYZ][A-Za-z0-9+/]{53}[op][A-Za-z0-9+/]{53}()$';

export const veroManifest = {
  slug: 'vero',
  name: 'Vero',
  category: 'messaging',
  summary: 'Approved affiliates become profiles in Vero, get a tag, and get their events.',
  docs: { vendor: 'https://www.getvero.com', api: 'https://help.getvero.com/api-reference/overview' },
  checkedOn: '2026-11-29',
  apiVersion: { name: 'Track REST API v2' },
  credentials: [
    {
      name: 'apiKey',
      label: 'Auth token or tracking API key',
      help: 'The auth token of a Vero 1.0 project or a tracking API key of Vero 2.0; which of them it is shows by its form.',
      secret: true,
      required: true,
      publicPart: AUTH_TOKEN,
      guideAnchor: 'auth-token-or-tracking-api-key',
    },
  ],
  account: ['apiKey'],
  regions: [{ name: 'all', label: 'Everywhere', hosts: { api: 'api.getvero.com' } }],
  settings: [
    {
      name: 'unseenTags',
      label: 'Taking back tags',
      help:
        'Vero does not show which tags somebody has, so a tag of your own with the same name cannot be told from ours. ' +
        'This decides what becomes of them when an affiliate is no longer approved.',
      type: 'choice',
      choices: [
        { value: 'remove', label: 'Remove them, also if the person had them before us' },
        { value: 'stay', label: 'Leave them on, also if we added them' },
      ],
      default: 'remove',
    },
  ],
  audience: {
    singular: 'tag',
    plural: 'tags',
    listingNeeds: [],
    creatable: false,
    required: false,
    typed: true,
  },
  capabilities: {
    events: 'native',
    // No id. Equal events within three minutes (five in another rendition of the page) count once, so a quick repeat does
    // no harm. https://help.getvero.com/api-reference/events/track, 2026-11.
    eventDedupe: 'none',
    ambiguousEvents: 'send_again',
    // Nothing can be looked up, and the call has no flag against it.
    eventsCreateContacts: true,
    tags: 'native',
    readBack: false,
    eraseContact: true,
    clearing: 'never',
    consent: 'subscribed_on_create',
    unseenBefore: { setting: 'unseenTags', stays: 'stay' },
  },
  limits: {
    track: {
      ceiling: { requests: 20, perMs: 1000, kind: 'smooth' },
      usual: { requests: 10, perMs: 1000, kind: 'smooth' },
      concurrency: 4,
      timeoutMs: 30_000,
      source:
        'No figure is published; gentle by choice. https://help.getvero.com/api-reference/overview (2026-11)',
    },
  },
  // Written by this connection itself.
  reservedAttributes: ['tags', 'status', 'tier'],
  eventNames: {
    maximumCharacters: 254,
    reserved: [],
    source: 'https://help.getvero.com/api-reference/track/events (2026-11)',
  },
  reservedEventKeys: [],
  writes: [
    { vendorField: 'id', from: 'E-mail address', note: 'In lower case; identifies the profile.' },
    { vendorField: 'email', from: 'E-mail address', note: 'In lower case.' },
    { vendorField: 'first_name', from: 'First name' },
    { vendorField: 'last_name', from: 'Last name' },
    { vendorField: 'tags', from: 'Tags, and the audience', note: 'Added one by one; others stay.' },
    { vendorField: 'rekomi_status', from: 'Status', note: 'applied, approved or rejected.' },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'Only when the affiliate has one.' },
    { vendorField: 'rekomi_*', from: 'Further attributes of the affiliate', note: 'Only those you define.' },
  ],
} as const satisfies ProviderManifest;
