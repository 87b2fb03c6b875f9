import { Campaign } from './support/campaign.js';
import { Killer } from './support/killer.js';
import { sized } from './support/size.js';
import { BRAZE, FAULT_VENDORS } from './support/vendors.js';

const KILLS = sized({ ci: 60, full: 1_000 });
const WITHIN_MS = sized({ ci: 600_000, full: 4 * 3_600_000 });

it(
  'loses, invents, reorders and repeats nothing, whatever is killed',
  async () => {
    const campaign = await Campaign.open({
      name: 'kill',
      vendors: sized({ ci: FAULT_VENDORS, full: [...FAULT_VENDORS, BRAZE] }),
      workload: sized({ ci: {}, full: { contacts: 2_000, writers: 12, backlog: 1_000 } }),
    });
    try {
      const killer = new Killer(campaign, {
        kills: KILLS,
        everyMs: sized({ ci: [200, 900], full: [200, 3_000] }),
        targets: [0, 1, 1, 2, 2, 'sandbox', 'sandbox'],
      });
      campaign.workload.start();
      await killer.run();
      const { violations, missing } = await campaign.judge();
      process.stdout.write(`kill: ${killer.hits} of ${killer.kills} kills found work open\n`);
      expect({ violations, missing }).toEqual({ violations: [], missing: [] });
      expect(killer.kills).toBe(KILLS);
      expect(killer.hits).toBeGreaterThanOrEqual(KILLS / 2);
    } finally {
      await campaign.close();
    }
  },
  WITHIN_MS,
);
