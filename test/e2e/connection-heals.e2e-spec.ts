import { randomUUID } from 'node:crypto';

import type { Affiliate } from '../support/answers.js';
import { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

const PEOPLE = 100;
/** Slow enough that lanes in hand wait for their turn: those must go back unsent. */
const PER_SECOND = 20;

interface Notice {
  readonly kind: string;
  readonly subjectId: string;
  readonly resolvedAt: string | null;
  readonly waiting: { readonly count: number } | null;
}

let product: Product;

beforeAll(async () => {
  product = await Product.start({ roles: ['api', 'worker', 'worker'] });
}, 90_000);

afterAll(() => product.stop());

async function workspace() {
  const siteId = `site-${randomUUID()}`;
  const keys = { siteId, trackApiKey: `track-${siteId}`, appApiKey: `app-${siteId}` };
  await EmulatedVendor.changeWorkspace(product.sandboxUrl, { name: siteId, region: 'eu', ...keys });
  const vendor = product.vendor(siteId);
  const segment = await vendor.addSegment('Affiliates');
  const summary = await fetch(`${product.sandboxUrl}/_sandbox/customer-io/summary?workspace=${siteId}`);
  const { workspaces } = (await summary.json()) as { workspaces: { id: number }[] };
  const restore = () =>
    EmulatedVendor.changeWorkspace(product.sandboxUrl, {
      id: workspaces[0]!.id,
      trackApiKey: keys.trackApiKey,
    });
  return { keys, vendor, segment, restore };
}

it('a key that is refused is used no more by any worker, told once, and all goes on by itself when it is accepted again', async () => {
  const { keys, vendor, segment, restore } = await workspace();
  const programme = new Programme((await product.createOrganization('Phoenix')).api);
  const { connection, campaign } = await programme.open({
    credentials: keys,
    defaultAudience: String(segment),
    settings: { createdAt: 'never', requestsPerSecond: PER_SECOND, batches: false },
  });
  const emails = Array.from({ length: PEOPLE }, (_, index) => `phoenix-${index}@example.com`);
  await programme.api.must(
    programme.api.post('affiliates/bulk', {
      campaign: campaign.id,
      affiliates: emails.map((email) => ({ email })),
    }),
  );
  const affiliates = await programme.api.all<Affiliate>('affiliates');
  const affiliateIds = affiliates.map(({ id }) => id);
  await programme.api.must(programme.api.post('affiliates/approve', { affiliateIds }));
  await eventually('the first are there', async () => (await vendor.profiles()).length > 3);

  await vendor.revoke('track');
  const stopped = await programme.inState(connection, 'auth_error');
  expect(stopped).toMatchObject({
    reason: { code: 'credentials_rejected', fix: expect.any(String) },
    nextCheckAt: expect.any(String),
  });
  const notices = (): Promise<readonly Notice[]> =>
    programme.api.all<Notice>(`notices?subject=${connection.id}`);
  const [open, ...others] = await notices();
  expect(others).toEqual([]);
  expect(open).toMatchObject({ kind: 'connection.auth_error', resolvedAt: null });
  expect(open?.waiting?.count).toBeGreaterThan(PEOPLE / 2);

  await restore();
  // By itself: nobody verifies, nobody replaces anything.
  await programme.inState(connection, 'verified', 60_000);
  await programme.quiet(connection, 90_000);
  await vendor.settled();
  expect((await vendor.profiles()).map(({ email }) => email).sort()).toEqual([...emails].sort());
  expect((await vendor.events()).map(({ email }) => email).sort()).toEqual([...emails].sort());
  expect(await notices()).toMatchObject([{ resolvedAt: expect.any(String), waiting: null }]);

  const refused = (await vendor.exchanges()).filter(({ answer }) => answer.status === 401);
  // Requests in flight, and a quarter of a second of the pace in the worker that did not hear the answer itself.
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(PER_SECOND);
  const totals = await programme.totals(connection);
  expect(totals.conservation.holds).toBe(true);
}, 180_000);
