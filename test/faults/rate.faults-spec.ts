import { TcpProxy } from '@rekomi/database/testing';
import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../support/eventually.js';
import { Product, type Role } from '../support/product.js';
import { Programme } from '../support/programme.js';
import type { Connection } from '../support/answers.js';
import { control } from './support/collect.js';
import { FaultBook } from './support/fault-book.js';
import { between, Seed } from './support/seed.js';
import { sized } from './support/size.js';
import { VendorTraffic } from './support/vendor-traffic.js';

const VENDOR = 'activecampaign';
/** What the emulator allows, as the vendor does; more is answered with 429, and counted. */
const ALLOWED_PER_SECOND = 5;
/** Of each organisation's connection to the one account. Two unshared budgets would be too many already. */
const PER_SECOND = sized({ ci: 3, full: 4 });
const WORKERS = sized({ ci: 2, full: 8 });
const PEOPLE = sized({ ci: 3, full: 500 });
const KILLS = sized({ ci: 2, full: 200 });
const EVERY_MS = sized<[number, number]>({ ci: [500, 2_500], full: [500, 5_000] });
const PAUSES = sized({ ci: 1, full: 50 });
const PAUSE_S = 4;
/** Milliseconds in which what was on its way when the vendor said so still arrives. */
const ON_ITS_WAY_MS = 1_000;
const WITHIN_MS = sized({ ci: 600_000, full: 4 * 3_600_000 });

it(
  'keeps to what a vendor allows an account, whoever is killed and however many share it',
  async () => {
    const seed = Seed.from(process.env['FAULTS_SEED']);
    process.stdout.write(`rate: seed ${seed.toString()}\n`);
    const random = seed.stream('rate');
    const faults = new FaultBook();
    const traffic = new VendorTraffic();
    let sandboxUrl = '';
    const proxy = await TcpProxy.open({
      port: () => Number(new URL(sandboxUrl).port),
      onSent: (piece) => traffic.sent(piece),
      onAnswered: (piece) => traffic.answered(piece),
    });
    const roles: Role[] = ['api', ...Array.from({ length: WORKERS }, (): Role => 'worker')];
    const product = await Product.start({
      roles,
      envOf: (_, parts) => {
        ({ sandboxUrl } = parts);
        return { SANDBOX_URL: `http://127.0.0.1:${proxy.port}` };
      },
    });
    try {
      const [first, second] = [await shared(product, 'One'), await shared(product, 'Other')];
      await control(product.sandboxUrl, VENDOR, 'POST', 'settings', { perSecond: ALLOWED_PER_SECOND });
      traffic.begin();
      for (const { programme, campaign } of [first, second])
        for (let n = 0; n < PEOPLE; n += 1) {
          const own = `${programme === first.programme ? 'one' : 'other'}-${n}@example.com`;
          await programme.approved(campaign, own, { tags: ['partner', `wave ${n % 3}`] });
        }
      const killing = (async () => {
        for (let kill = 0; kill < KILLS; kill += 1) {
          await pause(between(random, ...EVERY_MS));
          const victim = between(random, 1, WORKERS);
          faults.note('kill worker', { mayRepeat: true });
          await product.killServer(victim);
          await product.startServer(victim);
        }
      })();
      killing.catch(() => undefined);
      for (let told = 0; told < PAUSES; told += 1) {
        const before = traffic.refusals().length;
        await sandboxFault(product, String(PAUSE_S));
        faults.note('429 with Retry-After', { mayRepeat: false });
        await eventually('the vendor had enough', async () => traffic.refusals().length > before, {
          withinMs: 60_000,
        });
        await pause(between(random, 1_000, 4_000));
      }
      await killing;
      for (const { programme, connection } of [first, second]) await programme.quiet(connection, 240_000);
      const refusals = traffic.refusals();
      const early = refusals.flatMap(({ at }) =>
        traffic.requests().filter((one) => one > at + ON_ITS_WAY_MS && one < at + PAUSE_S * 1_000),
      );
      process.stdout.write(
        `rate: faults ${JSON.stringify(faults.counts())}; ${traffic.requests().length} requests, ${refusals.length} answered 429, ` +
          `${refusals.length - PAUSES} of our own making; at most ${traffic.mostWithin(1_000)} in a second\n`,
      );
      expect(refusals).toHaveLength(PAUSES);
      expect(early).toEqual([]);
      expect(faults.counts()).toEqual({ 'kill worker': KILLS, '429 with Retry-After': PAUSES });
      for (const { programme, connection } of [first, second])
        expect((await programme.totals(connection)).conservation).toMatchObject({ open: 0, holds: true });
      expect(traffic.requests().length).toBeGreaterThan(2 * PEOPLE);
    } finally {
      await product.stop();
      await proxy.close();
    }
  },
  WITHIN_MS,
);

interface Shared {
  readonly programme: Programme;
  readonly campaign: Awaited<ReturnType<Programme['campaign']>>;
  readonly connection: Connection;
}

/** An organisation with a connection to the one account. */
async function shared(product: Product, name: string): Promise<Shared> {
  const programme = new Programme((await product.createOrganization(name)).api);
  const { accounts } = await control<{ accounts: { credentials: object }[] }>(
    product.sandboxUrl,
    VENDOR,
    'GET',
    'accounts',
  );
  const { audiences } = await control<{ audiences: { id: string }[] }>(
    product.sandboxUrl,
    VENDOR,
    'GET',
    'audiences',
  );
  const { connection, campaign } = await programme.open({
    provider: VENDOR,
    credentials: accounts[0]?.credentials,
    defaultAudience: audiences[0]?.id,
    settings: { requestsPerSecond: PER_SECOND, imports: false },
  });
  return { programme, campaign, connection };
}

function sandboxFault(product: Product, seconds: string): Promise<unknown> {
  const match = { pathPrefix: '/api/3' };
  return product.vendor().fault({ fault: '429-retry-after-seconds', param: seconds, slug: VENDOR, match });
}
