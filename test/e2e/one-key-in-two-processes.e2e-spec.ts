import type { Affiliate } from '../support/answers.js';
import type { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

const PEOPLE = 300;
const PER_SECOND = 40;

let product: Product;
let vendor: EmulatedVendor;

beforeAll(async () => {
  product = await Product.start({ roles: ['api', 'worker', 'worker'] });
  vendor = product.vendor();
});

afterAll(() => product.stop());

it('two workers share one key: everybody lands once, and together they keep to its pace', async () => {
  const programme = new Programme((await product.createOrganization('Two hands')).api);
  const { connection, campaign } = await programme.open({
    settings: { createdAt: 'never', requestsPerSecond: PER_SECOND },
  });
  const emails = Array.from({ length: PEOPLE }, (_, index) => `hand-${index}@example.com`);
  await programme.api.must(
    programme.api.post('affiliates/bulk', {
      campaign: campaign.id,
      affiliates: emails.map((email) => ({ email })),
    }),
  );
  const affiliates = await programme.api.all<Affiliate>('affiliates');

  const workers = new Set<string>();
  const look = async (): Promise<void> => {
    for (const { worker } of await product.sql<{ worker: string }>('SELECT DISTINCT worker FROM drain')) {
      workers.add(worker);
    }
  };
  // A few at a time, so that most of it goes one by one and the pace is what holds it up.
  for (let start = 0; start < PEOPLE; start += 6) {
    const affiliateIds = affiliates.slice(start, start + 6).map(({ id }) => id);
    await programme.api.must(programme.api.post('affiliates/approve', { affiliateIds }));
    await look();
  }
  await eventually(
    'nothing is on its way',
    async () => {
      await look();
      return (await programme.connection(connection.id)).pending.count === 0;
    },
    { withinMs: 60_000, state: () => programme.totals(connection) },
  );
  await vendor.settled();

  const events = await vendor.events();
  expect(events.map(({ email }) => email).sort()).toEqual([...emails].sort());
  const profiles = await vendor.profiles();
  expect(profiles.map(({ email }) => email).sort()).toEqual([...emails].sort());
  expect(profiles.every(({ segments }) => segments.includes('Affiliates'))).toBe(true);
  const { workspace, throttled } = await vendor.summary();
  expect({ repeated: workspace.repeatedEvents, throttled }).toEqual({ repeated: 0, throttled: 0 });
  expect((await programme.totals(connection)).conservation).toMatchObject({ open: 0, holds: true });

  const moments = (await vendor.exchanges())
    .filter(({ host, path }) => host === 'track-eu.customer.io' && !path.endsWith('/region'))
    .map(({ at }) => Date.parse(at));
  const busiest = Math.max(
    ...moments.map((from) => moments.filter((at) => at >= from && at < from + 1000).length),
  );
  const seconds = (Math.max(...moments) - Math.min(...moments)) / 1000;
  process.stdout.write(
    `${workers.size} workers, ${moments.length} requests in ${seconds.toFixed(1)} s, ${busiest} in the busiest second\n`,
  );
  expect(workers.size).toBe(2);
  expect(moments.length).toBeGreaterThan(2 * PER_SECOND);
  // Two processes that did not know of each other would send twice as much. A clock's grain apart, it is the pace.
  expect(busiest).toBeLessThanOrEqual(Math.ceil(PER_SECOND * 1.25));
}, 120_000);
