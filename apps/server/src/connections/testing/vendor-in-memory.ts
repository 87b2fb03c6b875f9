import type {
  AudiencePage,
  CrmProvider,
  Outcome,
  ProviderAccess,
  ProviderManifest,
  Verification,
} from '@rekomi/provider-contract';

const WINDOW = { requests: 1000, perMs: 1000, kind: 'smooth' } as const;

const MANIFEST: ProviderManifest = {
  slug: 'acme-mail',
  name: 'Acme Mail',
  category: 'email',
  summary: 'A vendor for tests.',
  docs: { vendor: 'https://acme.example', api: 'https://acme.example/api' },
  checkedOn: '2026-11-23',
  credentials: [
    {
      name: 'siteId',
      label: 'Site ID',
      help: 'Names the account.',
      secret: false,
      required: true,
      guideAnchor: 'site',
    },
    { name: 'apiKey', label: 'API key', help: 'Opens it.', secret: true, required: true, guideAnchor: 'key' },
  ],
  account: ['siteId'],
  regions: [
    { name: 'us', label: 'US', hosts: { api: 'us.acme.example' } },
    { name: 'eu', label: 'EU', hosts: { api: 'eu.acme.example' } },
  ],
  settings: [],
  audience: { singular: 'list', plural: 'lists', listingNeeds: [], creatable: false, required: false },
  capabilities: {
    events: 'native',
    eventDedupe: 'ulid',
    ambiguousEvents: 'send_again',
    tags: 'native',
    readBack: false,
    eraseContact: false,
    clearing: 'never',
    consent: 'untouched',
  },
  limits: {
    all: { ceiling: WINDOW, usual: WINDOW, concurrency: 10, timeoutMs: 2000, source: 'invented' },
  },
  reservedAttributes: [],
  reservedEventKeys: [],
  writes: [],
};

/** A vendor whose host is a server on loopback; that host decides by the credentials it is sent. */
export class VendorInMemory implements CrmProvider {
  readonly manifest = MANIFEST;
  pages: readonly AudiencePage[] = [];

  async verify(access: ProviderAccess): Promise<Verification> {
    const answer = await access.http.request({
      family: 'all',
      method: 'GET',
      host: 'us.acme.example',
      path: '/me',
      authorization: { kind: 'basic', user: 'siteId', password: 'apiKey' },
    });
    if (answer.kind !== 'answered' || answer.status >= 500) {
      return { kind: 'unreachable', code: 'vendor_error', checks: [] };
    }
    if (answer.status === 401) {
      return {
        kind: 'rejected',
        code: 'credentials_rejected',
        credentials: ['apiKey'],
        vendorMessage: answer.text,
        checks: [{ credentials: ['siteId', 'apiKey'], result: 'rejected', code: 'credentials_rejected' }],
      };
    }
    return { kind: 'valid', account: { name: 'Acme' }, region: 'us', rights: [], checks: [] };
  }

  async listAudiences(_access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    return this.pages[Number(cursor ?? 0)] ?? { kind: 'page', audiences: [] };
  }

  async upsertContact(): Promise<Outcome> {
    return { kind: 'confirmed' };
  }

  async trackEvent(): Promise<Outcome> {
    return { kind: 'confirmed' };
  }
}
