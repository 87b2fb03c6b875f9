import type {
  AudienceCreation,
  AudiencePage,
  CrmProvider,
  Outcome,
  ProviderAccess,
  ProviderManifest,
  Verification,
} from '@rekomi/provider-contract';

const LIMIT = {
  ceiling: { requests: 1000, perMs: 1000, kind: 'smooth' },
  usual: { requests: 1000, perMs: 1000, kind: 'smooth' },
  setting: 'requestsPerSecond',
  concurrency: 10,
  timeoutMs: 2000,
  source: 'invented',
} as const;

export const SCRIPTED_MANIFEST: ProviderManifest = {
  slug: 'scripted',
  name: 'Scripted CRM',
  category: 'email',
  summary: 'A vendor that answers as the test says.',
  docs: { vendor: 'https://vendor.example', api: 'https://vendor.example/api' },
  checkedOn: '2026-11-23',
  credentials: [
    {
      name: 'siteId',
      label: 'Site ID',
      help: 'Names the workspace.',
      secret: false,
      required: true,
      pattern: '^[a-z0-9]{4,}$',
      example: 'ab12',
      guideAnchor: 'site-id',
    },
    {
      name: 'apiKey',
      label: 'API key',
      help: 'Opens it.',
      secret: true,
      required: true,
      guideAnchor: 'api-key',
    },
    {
      name: 'appKey',
      label: 'App key',
      help: 'For lists.',
      secret: true,
      required: false,
      without: 'The list of segments.',
      guideAnchor: 'app-key',
    },
  ],
  account: ['siteId'],
  regions: [
    { name: 'us', label: 'US', hosts: { api: 'us.vendor.example' } },
    { name: 'eu', label: 'EU', hosts: { api: 'eu.vendor.example' } },
  ],
  settings: [
    {
      name: 'requestsPerSecond',
      label: 'Requests a second',
      help: 'How fast.',
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 100,
    },
    {
      name: 'createdAt',
      label: 'Signed up at',
      help: 'When to write it.',
      type: 'choice',
      choices: [
        { value: 'always', label: 'Always' },
        { value: 'never', label: 'Never' },
      ],
      default: 'always',
    },
    { name: 'quiet', label: 'Quiet', help: 'Less noise.', type: 'boolean', default: false },
  ],
  audience: {
    singular: 'segment',
    plural: 'segments',
    listingNeeds: ['appKey'],
    creatable: true,
    required: false,
  },
  capabilities: {
    events: 'native',
    eventDedupe: 'ulid',
    ambiguousEvents: 'send_again',
    tags: 'attribute',
    readBack: false,
    eraseContact: false,
    clearing: 'never',
    consent: 'untouched',
  },
  limits: { track: LIMIT },
  reservedAttributes: [],
  reservedEventKeys: [],
  writes: [],
};

export const VALID: Extract<Verification, { kind: 'valid' }> = {
  kind: 'valid',
  checks: [{ credentials: ['siteId', 'apiKey'], result: 'valid' }],
  account: { id: 'acc-1', name: 'Acme' },
  region: 'us',
  rights: [{ name: 'audiences', granted: true }],
};

export const REJECTED: Extract<Verification, { kind: 'rejected' }> = {
  kind: 'rejected',
  code: 'credentials_rejected',
  credentials: ['apiKey'],
  vendorMessage: 'Unauthorized',
  checks: [{ credentials: ['siteId', 'apiKey'], result: 'rejected', code: 'credentials_rejected' }],
};

export const UNREACHABLE: Verification = {
  kind: 'unreachable',
  code: 'vendor_timeout',
  checks: [{ credentials: ['siteId', 'apiKey'], result: 'unreachable', code: 'vendor_timeout' }],
};

/** A vendor that says what the test tells it to say, and counts how often it was asked. */
export class ScriptedProvider implements CrmProvider {
  manifest: ProviderManifest = SCRIPTED_MANIFEST;
  verification: Verification | ((access: ProviderAccess) => Promise<Verification>) = VALID;
  pages: readonly AudiencePage[] = [{ kind: 'page', audiences: [{ id: '7', name: 'Affiliates' }] }];
  creation: AudienceCreation = { kind: 'created', audience: { id: '8', name: 'New one' } };
  verified = 0;

  async verify(access: ProviderAccess): Promise<Verification> {
    this.verified += 1;
    return typeof this.verification === 'function' ? this.verification(access) : this.verification;
  }

  async listAudiences(_access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    const page = this.pages[Number(cursor ?? 0)];
    if (page === undefined) throw new Error(`The script has no page ${cursor ?? 0}.`);
    return page;
  }

  /** How often an audience was asked for. */
  created = 0;

  async createAudience(): Promise<AudienceCreation> {
    this.created += 1;
    return this.creation;
  }

  async upsertContact(): Promise<Outcome> {
    return { kind: 'confirmed' };
  }

  async trackEvent(): Promise<Outcome> {
    return { kind: 'confirmed' };
  }
}
