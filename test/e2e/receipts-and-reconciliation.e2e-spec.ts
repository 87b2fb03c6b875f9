import { randomUUID } from 'node:crypto';

import type { Affiliate, Campaign, Connection } from '../support/answers.js';
import { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

const HOST = 'track-eu.customer.io';

let product: Product;
let programme: Programme;
let vendor: EmulatedVendor;
let connection: Connection;
let campaign: Campaign;
let siteId: string;

beforeAll(async () => {
  product = await Product.start();
  siteId = `site-${randomUUID()}`;
  const keys = { siteId, trackApiKey: `track-${siteId}`, appApiKey: `app-${siteId}` };
  await EmulatedVendor.changeWorkspace(product.sandboxUrl, { name: siteId, region: 'eu', ...keys });
  vendor = product.vendor(siteId);
  const segment = await vendor.addSegment('Affiliates');
  programme = new Programme((await product.createOrganization('Attentive')).api);
  ({ connection, campaign } = await programme.open({
    credentials: keys,
    defaultAudience: String(segment),
    settings: { createdAt: 'never' },
  }));
});

afterAll(() => product.stop());

interface Receipt {
  readonly state: string;
  readonly chosen: string;
  readonly reason?: { readonly code: string; readonly fix: string };
  readonly deviations: readonly object[];
}

interface Report {
  readonly id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly drift: readonly object[];
}

/** What somebody else does at the vendor. */
async function elsewhere(method: 'PUT' | 'DELETE', email: string, body?: object): Promise<void> {
  const answer = await fetch(`${product.sandboxUrl}/${HOST}/api/v1/customers/${encodeURIComponent(email)}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${siteId}:track-${siteId}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(200);
}

async function receiptOf(affiliate: Affiliate): Promise<Receipt | undefined> {
  const { data } = await programme.timeline(affiliate);
  return (data as unknown as { kind: string; receipt?: Receipt }[]).find(({ kind }) => kind === 'contact')
    ?.receipt;
}

/** The waits between the looks pass at once. */
async function decided(affiliate: Affiliate): Promise<Receipt> {
  return eventually(
    'the receipt is decided',
    async () => {
      await product.sql(`UPDATE receipt SET due_at = now() WHERE state = 'owed' AND due_at < now() + interval '10 minutes'
                            AND due_at > now() AND tries > 0`);
      const receipt = await receiptOf(affiliate);
      return receipt === undefined || receipt.state === 'owed' ? undefined : receipt;
    },
    { withinMs: 60_000, state: () => product.sql(`SELECT * FROM receipt`) },
  );
}

describe('what a vendor accepts', () => {
  it('is read back, and what it never applied is told in words', async () => {
    const email = 'ignored@example.com';
    await vendor.fault({
      fault: '200-ignored',
      host: HOST,
      match: { method: 'PUT', pathPrefix: `/api/v1/customers/${encodeURIComponent(email)}` },
    });
    const fine = await programme.approved(campaign, 'fine@example.com');
    const ignored = await programme.approved(campaign, email);
    await programme.quiet(connection);

    expect(await decided(fine)).toMatchObject({ state: 'confirmed', chosen: 'first', deviations: [] });
    const receipt = await decided(ignored);
    expect(receipt).toMatchObject({
      state: 'ignored',
      reason: { fix: expect.any(String) },
      likelyCause: expect.stringContaining('200'),
    });

    const [there] = (await programme.timeline(fine)).connections;
    expect(there).toMatchObject({ standing: 'present', confirmedAt: expect.any(String) });
    const [missing] = (await programme.timeline(ignored)).connections;
    expect(missing).toMatchObject({ reason: { code: receipt.reason?.code } });

    // History says what happened; that it came to nothing is a fact beside it, and every count still adds up.
    const totals = await programme.totals(connection);
    expect(totals).toMatchObject({
      conservation: { open: 0, holds: true },
      receipts: { confirmed: 1, ignored: 1, owed: 0 },
    });
    const found = await programme.api.all<{ affiliateId: string; state: string }>(
      'deliveries?receipt=ignored',
    );
    expect(found).toMatchObject([{ affiliateId: ignored.id, state: 'delivered' }]);
  });

  it('is read back as often as the connection says', async () => {
    const { api } = programme;
    expect(await programme.connection(connection.id)).toMatchObject({
      receipts: { canBeRead: true, percent: 1, text: expect.stringContaining('1 %') },
    });
    const changed = api.patch(`connections/${connection.id}`, { receiptPercent: 100 });
    expect(await api.must(changed)).toMatchObject({ receipts: { percent: 100 }, contactsQueued: 0 });
    expect((await api.patch(`connections/${connection.id}`, { receiptPercent: 101 })).status).toBe(400);
  });
});

describe('a reconciliation', () => {
  it('finds what others changed at the vendor, and one call repairs it', async () => {
    const { api } = programme;
    const people = await Promise.all(
      ['kept', 'changed', 'deleted', 'left'].map((name) =>
        programme.approved(campaign, `${name}@example.com`, { name: `${name} Person` }),
      ),
    );
    await programme.quiet(connection);
    await vendor.settled();
    await elsewhere('PUT', 'changed@example.com', { rekomi_status: 'vip', first_name: 'Somebody' });
    await elsewhere('DELETE', 'deleted@example.com');
    await elsewhere('PUT', 'left@example.com', { unsubscribed: true });
    await vendor.settled();

    const path = `connections/${connection.id}/reconciliations`;
    const { id } = await api.must(api.post<Report>(path, { everybody: true }));
    expect((await api.post(path, {})).status).toBe(409);
    const report = await eventually(
      'the reconciliation is done',
      async () => {
        const now = await api.must(api.get<Report>(`${path}/${id}`));
        return now.state === 'done' ? now : undefined;
      },
      { withinMs: 60_000, state: () => api.must(api.get(`${path}/${id}`)) },
    );
    expect(report.counts).toMatchObject({ drifted: expect.any(Number), unsubscribed: 1, waiting: 0 });
    expect(report.drift).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...{ part: 'field', name: 'rekomi_status', different: 1 },
          examples: expect.arrayContaining([{ affiliateId: people[1]!.id, wrote: 'approved', found: 'vip' }]),
        }),
      ]),
    );
    expect(await api.all(`${path}/${id}/people?outcome=missing`)).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ email: 'deleted@example.com' })]),
    );

    const repaired = await api.must(api.post<{ queued: number }>(`${path}/${id}/repair`, {}));
    expect(repaired.queued).toBeGreaterThanOrEqual(2);
    await programme.quiet(connection);
    await vendor.settled();
    expect(await vendor.profile('changed@example.com')).toMatchObject({
      attributes: { rekomi_status: 'approved', first_name: 'changed' },
    });
    expect(await vendor.profile('deleted@example.com')).toMatchObject({ segments: ['Affiliates'] });
    expect(await vendor.profile('left@example.com')).toMatchObject({ unsubscribed: true });
    expect(await programme.totals(connection)).toMatchObject({ conservation: { holds: true, open: 0 } });
  });
});
