import { TcpProxy } from '@rekomi/database/testing';
import { setTimeout as pause } from 'node:timers/promises';

import { Campaign } from './support/campaign.js';
import { spread } from './support/figures.js';
import { lateWrites } from './support/late-writes.js';
import { keepLeaseLog, readLeaseLog } from './support/lease-log.js';
import { between } from './support/seed.js';
import { SentWrites } from './support/sent-writes.js';
import { sized } from './support/size.js';

const PAUSES = sized({ ci: 4, full: 2_000 });
/** Milliseconds; a lease is four seconds. */
const FOR_MS = sized<[number, number]>({ ci: [4_500, 6_500], full: [1_000, 60_000] });
const WORKERS = [1, 2] as const;
const WITHIN_MS = sized({ ci: 600_000, full: 40 * 3_600_000 });
it(
  'lets no worker that slept through its lease write anything, and nothing out of its order',
  async () => {
    const sent = new SentWrites();
    const proxies: TcpProxy[] = [];
    let sandboxUrl = '';
    for (const worker of WORKERS)
      proxies.push(
        await TcpProxy.open({
          port: () => Number(new URL(sandboxUrl).port),
          onSent: (piece, connection) => sent.see(worker, connection, piece),
        }),
      );
    const campaign = await Campaign.open({
      name: 'pause',
      vendorMs: '20-120',
      planned: { 'pause worker': PAUSES },
      envOf: (server, parts) => {
        sandboxUrl = parts.sandboxUrl;
        const proxy = proxies[WORKERS.findIndex((worker) => worker === server)];
        return proxy === undefined ? {} : { SANDBOX_URL: `http://127.0.0.1:${proxy.port}` };
      },
    });
    try {
      const { product, faults, pool } = campaign;
      await keepLeaseLog(pool);
      const random = campaign.seed.stream('pause');
      let asleepWithWork = 0;
      campaign.workload.start();
      for (let done = 0; done < PAUSES; done += 1) {
        const worker = WORKERS[done % WORKERS.length]!;
        const { pid } = product.serverProcess(worker);
        await pause(between(random, 500, 2_000));
        // Something has to be in its hand, or there is nothing it could do too late.
        for (let looks = 0; looks < 500 && (await campaign.inHandOf(pid)).length === 0; looks += 1)
          await pause(20);
        faults.note('pause worker', { mayRepeat: true });
        process.kill(pid!, 'SIGSTOP');
        if ((await campaign.inHandOf(pid)).length > 0) asleepWithWork += 1;
        await pause(between(random, ...FOR_MS));
        faults.note('wake worker', { mayRepeat: true });
        process.kill(pid!, 'SIGCONT');
      }
      const { violations, missing } = await campaign.judge();
      const hosts = new Map([...campaign.connections].map(([slug, { id }]) => [slug, id]));
      const leases = await readLeaseLog(pool);
      const writes = sent.all.map((write) => ({
        ...write,
        pid: product.serverProcess(write.server).pid ?? 0,
        connectionId: hosts.get(slugOf(write.host, [...hosts.keys()])) ?? '',
      }));
      const late = lateWrites(writes, leases);
      process.stdout.write(
        `pause: ${asleepWithWork} of ${PAUSES} workers fell asleep with work in hand; ${writes.length} writes under ${leases.length} leases; ` +
          `leases had ${spread(
            leases.map(({ at, until }) => (until - at) / 1_000),
            's',
          )} to go\n`,
      );
      expect({ violations, missing, late }).toEqual({ violations: [], missing: [], late: [] });
      expect(writes.filter(({ connectionId }) => connectionId === '')).toEqual([]);
      expect(writes.length).toBeGreaterThan(0);
      expect(asleepWithWork).toBeGreaterThanOrEqual(PAUSES / 2);
    } finally {
      for (const worker of WORKERS) process.kill(campaign.product.serverProcess(worker).pid!, 'SIGCONT');
      await campaign.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
    }
  },
  WITHIN_MS,
);

/** `track-eu.customer.io` is customer-io's. */
function slugOf(host: string, slugs: readonly string[]): string {
  const plain = host.replaceAll('.', '-');
  return slugs.find((slug) => plain.includes(slug)) ?? '';
}
