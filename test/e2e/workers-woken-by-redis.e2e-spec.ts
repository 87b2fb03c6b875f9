import { installedRedis } from '@rekomi/database/testing';

import type { Affiliate, Campaign, Connection } from '../support/answers.js';
import type { EmulatedVendor } from '../support/emulated-vendor.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

const PEOPLE = 240;
const AT_ONCE = 40;

let product: Product;
let vendor: EmulatedVendor;
let programme: Programme;
let connection: Connection;
let campaign: Campaign;

// `.ci/run` installs one.
const whereRedisIs = installedRedis() === undefined ? describe.skip : describe;

whereRedisIs('an API and two workers on one Redis', () => {
  beforeAll(async () => {
    product = await Product.start({ roles: ['api', 'worker', 'worker'], queue: 'redis' });
    vendor = product.vendor();
    programme = new Programme((await product.createOrganization('Many hands')).api);
    ({ connection, campaign } = await programme.open({ settings: { createdAt: 'never' } }));
  });
  afterAll(() => product.stop());

  it('lose nothing and do nothing twice when Redis dies, comes back empty, and a worker is killed', async () => {
    const emails = Array.from({ length: PEOPLE }, (_, index) => `many-${index}@example.com`);
    await programme.api.must(
      programme.api.post('affiliates/bulk', {
        campaign: campaign.id,
        affiliates: emails.map((email) => ({ email })),
      }),
    );
    const people = await programme.api.all<Affiliate>('affiliates');
    await vendor.fault({ fault: 'slow', param: '60', times: 1_000_000 });
    const troubles: (() => Promise<unknown>)[] = [
      () => product.redis?.kill() ?? Promise.resolve(),
      () => product.killServer(1),
      () => product.redis?.startAgain() ?? Promise.resolve(),
      () => product.startServer(1),
      () => product.killServer(2),
    ];
    for (let start = 0; start < PEOPLE; start += AT_ONCE) {
      const affiliateIds = people.slice(start, start + AT_ONCE).map(({ id }) => id);
      await programme.api.must(programme.api.post('affiliates/approve', { affiliateIds }));
      await troubles.shift()?.();
    }
    expect(troubles).toEqual([]);
    await programme.quiet(connection, 60_000);
    await vendor.settled();

    expect((await vendor.profiles()).map(({ email }) => email).sort()).toEqual([...emails].sort());
    expect((await vendor.events()).map(({ email }) => email).sort()).toEqual([...emails].sort());
    expect((await programme.totals(connection)).conservation).toMatchObject({ open: 0, holds: true });
  }, 180_000);

  it('leave PostgreSQL out of the waking', async () => {
    const tables = await product.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'rekomi-wake'`,
    );
    expect(tables).toEqual([{ n: 0 }]);
  });
});
