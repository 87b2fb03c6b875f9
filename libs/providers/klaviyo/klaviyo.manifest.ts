import type { ProviderManifest, RateLimit } from '@rekomi/provider-contract';

export const HOST = 'a.klaviyo.com';

/**
 * The dated revision that every request names. A revision lives for two years, then answers 410.
 * https://developers.klaviyo.com/en/docs/api_versioning_and_deprecation_policy, 2026-11.
 */
export const REVISION = '2026-07-15';

/** A profile, single or in a bulk import: at most 100 KB; a job at most 10,000 profiles and 5 MB. With a margin. */
export const PROFILE_BYTES = 95_000;
export const JOB_LIMITS = { items: 1000, bytes: 4_500_000 } as const;

/**
 * Limits are per account and endpoint, in fixed windows of a second and of a minute. The minute is the narrower one, so
 * its pace is kept evenly, with a tenth left for the merchant's other tools. The larger tiers are given as 700 and as
 * 750 a minute; the smaller number is kept.
 */
function tier(perSecond: number, perMinute: number, page: string): RateLimit {
  return {
    ceiling: { requests: perSecond, perMs: 1000, kind: 'fixed' },
    usual: { requests: Math.floor(perMinute * 0.9), perMs: 60_000, kind: 'smooth' },
    quotas: [{ requests: perMinute, perMs: 60_000, kind: 'fixed' }],
    concurrency: Math.min(perSecond, 10),
    timeoutMs: 20_000,
    source: `https://developers.klaviyo.com/en/reference/${page} (2026-11)`,
  };
}

export const klaviyoManifest = {
  slug: 'klaviyo',
  name: 'Klaviyo',
  category: 'marketing_automation',
  summary: 'Approved affiliates become profiles in Klaviyo, subscribe to a list, and get their events.',
  docs: {
    vendor: 'https://www.klaviyo.com',
    api: 'https://developers.klaviyo.com/en/reference/api_overview',
  },
  checkedOn: '2026-11-29',
  apiVersion: { name: REVISION, sunset: '2028-07-15' },

  credentials: [
    {
      name: 'privateKey',
      label: 'Private API key',
      help: 'Begins with pk_. Shown once when it is created; a lost one is replaced.',
      secret: true,
      required: true,
      pattern: '^pk_[A-Za-z0-9]{34}$',
      example: 'pk_0ddba11c0ffee0ddba115eed1e550n5ca1',
      // The public key (the site id of six characters) is no secret: that it was pasted here can be told apart.
      publicPart: '^\\s*([A-Za-z0-9]{6})\\s*$',
      guideAnchor: 'private-api-key',
    },
  ],
  account: ['privateKey'],
  regions: [{ name: 'world', label: 'All accounts', hosts: { api: HOST } }],

  settings: [
    {
      name: 'subscribe',
      label: 'Subscribing to e-mail marketing',
      help:
        'Being in a list is not yet consent at Klaviyo. People who never decided can be subscribed when they join; ' +
        'nobody is subscribed who is subscribed already, and lists with double opt-in ask the person first.',
      type: 'choice',
      choices: [
        { value: 'new', label: 'Subscribe people who never decided, as they join the list' },
        { value: 'never', label: 'Never subscribe anybody: only put them into the list' },
      ],
      default: 'new',
    },
    {
      name: 'optedOut',
      label: 'People who opted out',
      help:
        'Unsubscribed, bounced, complained or suppressed in Klaviyo. In the list they start its flows, but get no ' +
        'marketing mail as long as they are opted out.',
      type: 'choice',
      choices: [
        { value: 'add', label: 'Put them into the list and leave them opted out' },
        { value: 'skip', label: 'Leave them out of the list' },
        {
          value: 'resubscribe',
          label:
            'Subscribe them again. This lifts unsubscribes, spam complaints and suppressions; choose it only with a ' +
            'fresh consent of everybody you sync',
        },
      ],
      default: 'add',
    },
    {
      name: 'jobs',
      label: 'Send many updates at once',
      help:
        'Changes of many people whose lists stay the same travel as one import job. Klaviyo then reports no single ' +
        'results. Switched off, every person is a request of its own.',
      type: 'boolean',
      default: true,
    },
  ],

  audience: {
    singular: 'list',
    plural: 'lists',
    listingNeeds: [],
    creatable: true,
    required: false,
  },

  capabilities: {
    events: 'native',
    eventDedupe: 'text',
    ambiguousEvents: 'send_again',
    tags: 'attribute',
    readBack: true,
    eraseContact: true,
    clearing: 'null',
    consent: 'explicit',
    bulk: {
      maximumItems: JOB_LIMITS.items,
      maximumBytes: JOB_LIMITS.bytes,
      maximumItemBytes: PROFILE_BYTES,
      worthwhileFrom: 20,
      setting: 'jobs',
      results: 'job',
    },
  },

  limits: {
    profiles: tier(75, 700, 'create_or_update_profile'),
    reads: tier(75, 700, 'get_profiles'),
    subscriptions: tier(75, 700, 'bulk_subscribe_profiles'),
    members: tier(10, 150, 'add_profiles_to_list'),
    events: tier(350, 3500, 'create_event'),
    imports: tier(10, 150, 'bulk_import_profiles'),
    lists: tier(75, 700, 'get_lists'),
    creations: {
      ...tier(10, 150, 'create_list'),
      quotas: [{ requests: 150, perMs: 86_400_000, kind: 'fixed' }],
    },
    memberships: tier(3, 60, 'get_lists_for_profile'),
    accounts: tier(1, 15, 'get_accounts'),
    erasures: tier(3, 60, 'request_profile_deletion'),
  },

  // Attributes of ours stand among the custom properties under our prefix, where only these could collide.
  reservedAttributes: ['tags', 'status', 'tier'],
  // They override value, id and usability of the event itself.
  reservedEventKeys: ['$value', '$event_id', '$extra'],

  writes: [
    { vendorField: 'email', from: 'E-mail address', note: 'Identifies the profile.' },
    { vendorField: 'first_name', from: 'First name' },
    { vendorField: 'last_name', from: 'Last name' },
    {
      vendorField: 'subscriptions.email.marketing.consent',
      from: 'SUBSCRIBED',
      note: 'Only for people who never decided, and only while joining a list.',
    },
    {
      vendorField: 'rekomi_tags',
      from: 'Tags',
      note: 'A list property; tags are added and removed one by one.',
    },
    { vendorField: 'rekomi_status', from: 'Status', note: 'applied, approved or rejected.' },
    { vendorField: 'rekomi_tier', from: 'Tier', note: 'Only when the affiliate has one.' },
    { vendorField: 'rekomi_*', from: 'Further attributes of the affiliate', note: 'Only those you define.' },
  ],
} as const satisfies ProviderManifest;
