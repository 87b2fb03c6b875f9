import { randomUUID } from 'node:crypto';

import type { Affiliate, Connection } from '../support/answers.js';
import { EmulatedVendor } from '../support/emulated-vendor.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

const CROWD = 120;
/** Seven halvings of 120, the rest in one piece, and the one at fault alone; its event is never sent. */
const MOST_REFUSED = 12;
const WITHIN_MS = 60_000;

let product: Product;

beforeAll(async () => {
  product = await Product.start();
});

afterAll(() => product.stop());

interface Tool {
  readonly programme: Programme;
  readonly connection: Connection;
  readonly bad: string;
  readonly emails: readonly string[];
  readonly affiliates: readonly Affiliate[];
  /** Requests that the vendor refused so far. */
  readonly refused: () => Promise<number>;
}

/** A tool that refuses each request in which one of these people is, and names nobody. */
async function toolRefusingOne(
  provider: string,
  connect: Readonly<Record<string, unknown>>,
  alone: string,
): Promise<Tool> {
  const vendor = product.vendor();
  const word = provider.replace(/[^a-z]/g, '');
  const emails = Array.from({ length: CROWD }, (_, index) => `${word}-${index}@example.com`);
  const bad = `${word}-bad@example.com`;
  const rule = { fault: 'answer', param: '400:refusal', slug: provider, times: 1000 };
  const rules = [
    await vendor.fault({ ...rule, match: { method: 'POST', holds: bad } }),
    await vendor.fault({ ...rule, match: { pathPrefix: alone.replace('EMAIL', encodeURIComponent(bad)) } }),
  ].map(({ id }) => id);
  const programme = new Programme((await product.createOrganization('Poisoned')).api);
  const { connection, campaign } = await programme.open({
    provider,
    defaultAudience: undefined,
    ...connect,
  });
  await programme.api.must(
    programme.api.post('affiliates/bulk', {
      campaign: campaign.id,
      status: 'approved',
      affiliates: [...emails.slice(0, 70), bad, ...emails.slice(70)].map((email) => ({ email })),
    }),
  );
  await programme.quiet(connection, WITHIN_MS);
  return {
    ...{ programme, connection, bad, emails },
    affiliates: await programme.api.all<Affiliate>('affiliates'),
    refused: async () =>
      (await vendor.faultRules())
        .filter(({ id }) => rules.includes(id))
        .reduce((sum, { injected }) => sum + injected, 0),
  };
}

/** Everybody else is there with their event; the one at fault is refused, and what waits behind says so. */
async function expectOnlyOneHeld(tool: Tool): Promise<Affiliate> {
  const { programme, connection, bad, refused } = tool;
  expect(await programme.totals(connection)).toMatchObject({
    conservation: { holds: true, open: 1 },
    settled: expect.arrayContaining([
      { kind: 'contact', state: 'delivered', deliveries: CROWD },
      { kind: 'contact', state: 'refused', deliveries: 1 },
      { kind: 'event', state: 'delivered', deliveries: CROWD },
    ]),
  });
  expect(await refused()).toBeLessThanOrEqual(MOST_REFUSED);
  const affiliate = tool.affiliates.find(({ email }) => email === bad)!;
  expect(await programme.timeline(affiliate)).toMatchObject({
    connections: [
      {
        ...{ present: false, standing: 'held', waitingEvents: 1 },
        explanation: expect.stringContaining('1 event waits behind this failure'),
      },
    ],
  });
  return affiliate;
}

const heldAt = async ({ programme, connection }: Tool): Promise<string> => {
  const held = await programme.api.all<{ id: string }>(`deliveries?connection=${connection.id}&state=held`);
  expect(held).toHaveLength(1);
  return held[0]!.id;
};

describe('one bad contact among many, refused by a vendor that names nobody', () => {
  it('costs nobody else anything at Customer.io, and arrives when it is released', async () => {
    const siteId = `site-${randomUUID()}`;
    const credentials = { siteId, trackApiKey: `track-${siteId}`, appApiKey: `app-${siteId}` };
    await EmulatedVendor.changeWorkspace(product.sandboxUrl, { name: siteId, region: 'eu', ...credentials });
    const settings = { createdAt: 'never' };
    const tool = await toolRefusingOne('customer-io', { credentials, settings }, '/api/v1/customers/EMAIL');
    const affiliate = await expectOnlyOneHeld(tool);
    const vendor = product.vendor(siteId);
    await vendor.settled();
    const people = (await vendor.profiles()).map(({ email }) => email);
    expect(people.sort()).toEqual([...tool.emails].sort());
    expect((await vendor.summary()).workspace).toMatchObject({ events: CROWD, repeatedEvents: 0 });

    await vendor.clearFaults();
    const { programme, connection } = tool;
    await programme.api.must(programme.api.post(`deliveries/${await heldAt(tool)}/release`));
    await programme.quiet(connection);
    await vendor.settled();
    expect((await vendor.events(affiliate.email)).map(({ name }) => name)).toEqual(['affiliate_approved']);
    expect(await programme.totals(connection)).toMatchObject({ conservation: { holds: true, open: 0 } });
  });

  it('costs nobody else anything at Braze, and what waits behind it is given up when it is skipped', async () => {
    const { accounts } = (await (await fetch(`${product.sandboxUrl}/_sandbox/braze/accounts`)).json()) as {
      accounts: readonly { readonly credentials: Readonly<Record<string, string>> }[];
    };
    const { endpoint, apiKey } = accounts[0]!.credentials;
    const tool = await toolRefusingOne('braze', { credentials: { endpoint, apiKey } }, '/users/nowhere');
    const affiliate = await expectOnlyOneHeld(tool);
    const { programme, connection } = tool;
    const path = `deliveries/${await heldAt(tool)}/skip`;
    expect(await programme.api.must(programme.api.post(path, { note: 'A test.' }))).toMatchObject({
      ...{ discardedEvents: 1, waitingEvents: 0 },
    });
    expect(await programme.totals(connection)).toMatchObject({
      conservation: { holds: true, open: 0 },
      settled: expect.arrayContaining([{ kind: 'event', state: 'discarded', deliveries: 1 }]),
    });
    const there = await fetch(
      `${product.sandboxUrl}/_sandbox/braze/contacts?email=${encodeURIComponent(affiliate.email)}`,
    );
    expect(await there.json()).toEqual({ contact: null });
    const log = await programme.api.must(programme.api.get<{ data: unknown[] }>('audit-entries?limit=5'));
    expect(JSON.stringify(log.data)).toContain('delivery.skipped');
  });
});
