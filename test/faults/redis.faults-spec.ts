import { installedRedis } from '@rekomi/database/testing';

import { Campaign } from './support/campaign.js';
import { Killer } from './support/killer.js';
import { sized } from './support/size.js';

const KILLS = sized({ ci: 20, full: 1_000 });
const WITHIN_MS = sized({ ci: 600_000, full: 4 * 3_600_000 });

// `.ci/run` installs one.
(installedRedis() === undefined ? it.skip : it)(
  'loses, invents, reorders and repeats nothing where Redis wakes, dies and forgets',
  async () => {
    const campaign = await Campaign.open({
      name: 'redis',
      queue: 'redis',
      workload: sized({ ci: {}, full: { contacts: 2_000, writers: 12, backlog: 1_000 } }),
    });
    try {
      const killer = new Killer(campaign, {
        kills: KILLS,
        everyMs: sized({ ci: [200, 900], full: [200, 3_000] }),
        targets: [0, 1, 2, 'sandbox', 'redis', 'redis', 'redis memory', 'redis memory'],
      });
      campaign.workload.start();
      await killer.run();
      const { violations, missing } = await campaign.judge();
      process.stdout.write(`redis: ${killer.hits} of ${killer.kills} faults found work open\n`);
      expect({ violations, missing }).toEqual({ violations: [], missing: [] });
      expect(killer.kills).toBe(KILLS);
      expect(killer.hits).toBeGreaterThanOrEqual(KILLS / 2);
    } finally {
      await campaign.close();
    }
  },
  WITHIN_MS,
);
