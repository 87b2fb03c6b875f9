import { setTimeout as pause } from 'node:timers/promises';

import type { Role } from '../support/product.js';
import { Campaign } from './support/campaign.js';
import { between } from './support/seed.js';
import { sized } from './support/size.js';

const WORKERS = sized({ ci: 2, full: 8 });
const LOOPS = sized({ ci: 2, full: 25 });
/** Milliseconds for which a process that ends waits for vendors; what is in flight then is cut, and may have arrived. */
const PATIENCE_MS = 5_000;
const WITHIN_MS = sized({ ci: 600_000, full: 3_600_000 });

it(
  'restarts every process in turn under load, in time, without a repeat and without a lane left behind',
  async () => {
    const workers = Array.from({ length: WORKERS }, (): Role => 'worker');
    const campaign = await Campaign.open({
      name: 'shutdown',
      roles: ['api', ...workers],
      vendorMs: '20-120',
      workload: { backlog: 300 },
      planned: { 'stop worker': WORKERS * LOOPS, 'stop api': LOOPS },
    });
    try {
      const { product, faults } = campaign;
      const random = campaign.seed.stream('shutdown');
      const ends: { readonly code: number | null; readonly lanesLeft: number }[] = [];
      let underWay = 0;
      campaign.workload.start();
      for (let loop = 0; loop < LOOPS; loop += 1) {
        for (let server = WORKERS; server >= 0; server -= 1) {
          await pause(between(random, 200, 1_200));
          const { pid } = product.serverProcess(server);
          underWay += (await campaign.inHandOf(pid)).length;
          faults.note(`stop ${product.roleOf(server)}`, { mayRepeat: false });
          // A shutdown that takes longer than ten seconds cuts itself off, and says so by its code.
          const asked = Date.now();
          const code = await product.stopServer(server);
          if (Date.now() - asked >= PATIENCE_MS)
            faults.note('cut short', { mayRepeat: true }, asked + PATIENCE_MS);
          ends.push({ code, lanesLeft: (await campaign.inHandOf(pid)).length });
          await product.startServer(server);
        }
      }
      const { violations, missing } = await campaign.judge();
      process.stdout.write(
        `shutdown: ${ends.length} processes ended with ${underWay} lanes in hand before\n`,
      );
      expect({ violations, missing }).toEqual({ violations: [], missing: [] });
      expect(ends).toEqual(ends.map(() => ({ code: 0, lanesLeft: 0 })));
      expect(underWay).toBeGreaterThan(0);
      // Vendors answer within a quarter of a second. Where every end was cut, nothing was proven.
      expect(faults.counts()['cut short'] ?? 0).toBeLessThan(ends.length);
    } finally {
      await campaign.close();
    }
  },
  WITHIN_MS,
);
