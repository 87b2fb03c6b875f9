import type { CrmProvider, Outcome, VendorAnswer, VendorRequest } from '@rekomi/provider-contract';
import type { ExchangeRecord, VendorBinding } from '@rekomi/transport';

import type { ActiveConnection } from '../engine/connection.js';
import type { KnownContacts } from '../sql/claim.js';
import { previewRun } from './previewed-person.js';
import { PreviewedVendor } from './previewed-vendor.js';

const connection: ActiveConnection = {
  ...{ id: 'c1', organizationId: 'o1', provider: 'scripted', environment: 'sandbox', state: 'verified' },
  ...{ settings: {}, defaultTags: [], accountKey: Buffer.from('account'), configVersion: 1 },
};

/** Asks, then writes; an address that begins with "refused" is turned down without either. */
const provider = {
  manifest: {
    slug: 'scripted',
    capabilities: { events: 'none', eventDedupe: 'none' },
    limits: {},
    writes: [],
  } as never,
  upsertContact: async ({ http }, { desired }): Promise<Outcome> => {
    if (desired.email.startsWith('refused')) return { kind: 'refused', code: 'email_invalid' };
    const request = {
      family: 'app',
      host: 'api.example',
      path: `/people/${desired.email}`,
      authorization: { kind: 'none' },
    } as const;
    await http.request({ ...request, method: 'GET' });
    await http.request({ ...request, method: 'PUT' });
    return { kind: 'unavailable', code: 'vendor_error' };
  },
  trackEvent: () => Promise.reject(new Error('A preview sends no event.')),
} as Partial<CrmProvider> as CrmProvider;

const recordOf = ({ method, host, path }: VendorRequest, status?: number): ExchangeRecord => ({
  ...{ at: '2026-11-29T00:00:00.000Z', durationMs: 1, family: 'app', method, requestHeaders: {} },
  url: `https://${host}${path}`,
  ...(status === undefined ? {} : { status }),
});

/** The rule of the transport: what may change something is shown, and with "nothing" whatever it is. */
function transport(left: string[]) {
  return {
    open: ({ preview, record }: VendorBinding) => ({
      request: (request: VendorRequest): Promise<VendorAnswer> => {
        if (preview?.makes === 'reads' && request.method === 'GET') {
          record(recordOf(request, 200));
          left.push(`${request.method} ${request.path}`);
          return Promise.resolve({ kind: 'answer', status: 200, headers: {}, text: '' } as never);
        }
        if (preview === undefined) left.push(`${request.method} ${request.path}`);
        preview?.shown(recordOf(request));
        return Promise.resolve({ kind: 'withheld', reason: 'preview', detail: 'shown' } as never);
      },
    }),
  };
}

function vendor(makes: 'reads' | 'nothing', left: string[] = []): PreviewedVendor {
  return new PreviewedVendor(
    {
      ...{ connection, provider, transport: transport(left) },
      credentials: { has: () => true, reveal: () => 'key' },
      pace: { acquire: async () => ({ kind: 'go' }) as never, release: () => undefined },
      signal: new AbortController().signal,
    },
    makes,
  );
}

function run(email: string, known: Partial<KnownContacts> = {}) {
  return previewRun({
    ...{ contactId: email, connection, provider, random: () => 0.5 },
    known: { ledger: new Map(), intended: new Map(), leftOut: new Set(), ...known },
    desired: { kind: 'present', contact: { email, tags: [], audiences: [], attributes: {} } },
  });
}

it('What only asks is made, and a write is shown as one that was not', async () => {
  const left: string[] = [];
  const { requests } = await vendor('reads', left).work(run('ada@example.com'));
  expect(requests).toMatchObject([
    { made: true, method: 'GET', status: 200 },
    { made: false, method: 'PUT', url: 'https://api.example/people/ada@example.com' },
  ]);
  expect(left).toEqual(['GET /people/ada@example.com']);
});

it('Where nothing is to be made, nothing is', async () => {
  const left: string[] = [];
  const { requests } = await vendor('nothing', left).work(run('ada@example.com'));
  expect(requests[0]).toMatchObject({ made: false, method: 'GET' });
  expect(left).toEqual([]);
});

it('What is shown of a person is nobody else’s', async () => {
  const shared = vendor('reads');
  await shared.work(run('ada@example.com'));
  expect(await shared.work(run('refused@example.com'))).toEqual({
    requests: [],
    outcome: { kind: 'refused', code: 'email_invalid' },
  });
  const { requests } = await shared.work(run('bob@example.com'));
  expect(requests.map(({ url }) => url)).toEqual(Array(2).fill('https://api.example/people/bob@example.com'));
});

it('Who is left out by the first sync is shown as somebody who goes', async () => {
  const { requests } = await vendor('reads').work(
    run('ada@example.com', { leftOut: new Set(['ada@example.com']) }),
  );
  expect(requests).toHaveLength(2);
});
