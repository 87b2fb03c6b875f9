import type { DesiredContact } from '@rekomi/provider-contract';

import { FATES } from './fates.js';
import { LaneWorld } from './lane-world.js';
import type { Fate } from './model-drain.js';
import type { BrokenStatement } from './model-tables.js';
import type { Property } from './proof.js';
import { checkEvents, checkSettled, checkVendor, settleDown } from './world-ending.js';

const HOUR_MS = 60 * 60 * 1000;
const CONTACTS = ['ada', 'bob'] as const;
const DRAINS = 2;
const TAGS = [[], ['gold'], ['gold', 'vip'], ['vip']] as const;
const LISTS = [[], ['news']] as const;
const WAITS = [200, 1_500, 3_500, 4_500, 6_000, 16_000, HOUR_MS, 30 * HOUR_MS] as const;
/** After which the lanes of a drain that does not renew may be taken back, while what it had sent may still land. */
const LEASE_IS_OVER_MS = 4_100;
/** Three of four requests are taken. */
const SCRIPT: readonly Fate[] = [
  ...Array<Fate>(3 * Object.keys(FATES).length).fill(FATES.taken),
  ...Object.values(FATES),
];

/**
 * A schedule: each number is one step of somebody, its lower digits say whose, the rest how. Two drains, producers that
 * keep transactions open, deaths and suspensions longer than a lease, requests that land after their drain is gone.
 */
export const interleavings = (broken?: BrokenStatement): Property => ({
  name: 'interleavings',
  promise:
    'whatever comes between the steps of producers, drains and the sweep, nothing is lost, doubled or overtaken',
  length: { least: 10, most: 60 },
  hold(codes, traced) {
    const world = new LaneWorld({
      pendingAtOnce: 4,
      lanesAtOnce: 2,
      repeatsAmbiguousEvents: (codes[0] ?? 0) % 4 !== 1,
      traced,
      ...(broken === undefined ? {} : { broken }),
    });
    try {
      for (const code of codes) happen(world, code);
      settleDown(world);
      checkSettled(world);
      checkEvents(world);
      checkVendor(world);
    } catch (err) {
      return { trace: world.trace, violation: err instanceof Error ? err.message : String(err) };
    }
    return { trace: world.trace };
  },
});

function happen(world: LaneWorld, code: number): void {
  const how = code >>> 4;
  const contactId = CONTACTS[how & 1] ?? 'ada';
  switch (code & 15) {
    case 0:
      world.add(contactId, world.want(contactId, contactFrom(contactId, how >>> 1)));
      return;
    case 1:
      world.add(contactId, { kind: 'event' });
      return;
    case 2:
      world.begin(contactId, [
        (how & 2) === 0 ? { kind: 'event' } : world.want(contactId, contactFrom(contactId, how >>> 2)),
      ]);
      return;
    case 3:
      world.commit();
      return;
    case 4:
      world.add(
        contactId,
        (how & 6) === 0 ? { kind: 'contact', desired: { kind: 'absent' } } : { kind: 'event' },
      );
      return;
    case 5:
      fault(world, how);
      return;
    case 6:
      world.pass(WAITS[how % WAITS.length] ?? 0);
      return;
    case 7:
      if ((how & 1) === 0) world.pass(LEASE_IS_OVER_MS);
      world.sweep();
      return;
    case 8:
      if (world.strays.length > 0) world.landStray((how >>> 1) % world.strays.length, (how & 1) === 0);
      else world.passToDue();
      return;
    default:
      world.work(how % DRAINS, how >>> 1, () => SCRIPT[(how >>> 3) % SCRIPT.length] ?? FATES.taken);
  }
}

/** A drain dies, is suspended, or comes back not knowing that it was. */
function fault(world: LaneWorld, how: number): void {
  const index = how % DRAINS;
  const drain = world.drains[index];
  if (drain === undefined) return;
  if ((how & 2) === 0) world.lose(index);
  else drain.paused = !drain.paused;
}

function contactFrom(contactId: string, how: number): DesiredContact {
  const moved = ((how >>> 5) & 7) === 0;
  return {
    email: moved ? `${contactId}@work.example.com` : `${contactId}@example.com`,
    tags: TAGS[(how >>> 2) & 3] ?? [],
    audiences: LISTS[(how >>> 4) & 1] ?? [],
    attributes: { rank: how & 3 },
  };
}
