import { FATES } from './fates.js';
import { LaneWorld } from './lane-world.js';
import type { Fate } from './model-drain.js';
import { must } from './must.js';
import { historyOf, type Property } from './proof.js';
import { checkEvents, checkSettled, checkVendor, settleDown } from './world-ending.js';

const CONTACTS = 50;
const DELIVERIES = 40;
const DRAINS = 2;
const TAGS = [[], ['gold'], ['vip']] as const;

/** What the vendor answers to the next requests about a contact; after that it takes everything. */
const SCRIPTS: readonly (readonly Fate[])[] = [
  [],
  [],
  [],
  [FATES.failed, FATES.failed, FATES.taken],
  [FATES.refused],
  [FATES.busyUntil],
  [FATES.busy, FATES.busy],
  [FATES.appliedThenReset],
  [FATES.partial],
  [FATES.hangs],
  [FATES.failedApplied, FATES.hangs],
  [FATES.failedHalfway, FATES.taken, FATES.ignored],
];

/** The vendor's side of order: which contact's copy is how new, and what is left of each contact's script. */
class ScriptedOrder {
  private readonly scripts = new Map<string, Fate[]>();
  private readonly newest = new Map<string, number>();

  extend(contactId: string, script: readonly Fate[]): void {
    const waiting = this.scripts.get(contactId);
    if (waiting === undefined) this.scripts.set(contactId, [...script]);
    else waiting.push(...script);
  }

  /** From now on it takes everything. */
  end(): void {
    this.scripts.clear();
  }

  readonly fateOf: Parameters<LaneWorld['work']>[2] = (step, contactId) => {
    const fate = this.scripts.get(contactId)?.shift() ?? FATES.taken;
    if (step.kind === 'upsert' && fate.extent !== 'nothing') {
      const rank = Number(step.change.desired.attributes['rank']);
      must(rank >= (this.newest.get(contactId) ?? 0), 'an older state came after a newer one');
      this.newest.set(contactId, rank);
    }
    return fate;
  };
}

/**
 * No escape hatch: whatever a vendor answers, the events of a contact arrive in the order in which they were added, and no
 * older state of it comes after a newer one. Each number adds one delivery with a script, and lets drains do a little.
 */
export const strictOrder: Property = {
  name: 'order',
  promise: 'whatever a vendor answers, nothing of a contact overtakes anything else of it',
  length: { least: CONTACTS * DELIVERIES, most: CONTACTS * DELIVERIES },
  hold(codes, traced) {
    const world = new LaneWorld({
      pendingAtOnce: 50,
      lanesAtOnce: 16,
      repeatsAmbiguousEvents: (codes[0] ?? 0) % 2 === 0,
      traced,
    });
    const order = new ScriptedOrder();
    try {
      codes.forEach((code, index) => {
        const contactId = `contact${(code & 63) % CONTACTS}`;
        const isContact = ((code >>> 6) & 3) === 0 || !world.desired.has(contactId);
        world.add(
          contactId,
          isContact ? world.want(contactId, contactFrom(contactId, index, code >>> 8)) : { kind: 'event' },
        );
        order.extend(contactId, SCRIPTS[(code >>> 10) % SCRIPTS.length] ?? []);
        for (let steps = (code >>> 14) & 7; steps > 0; steps -= 1)
          world.work((code >>> 17) % DRAINS, code >>> 18, order.fateOf);
        if (code >>> 21 === 0) world.passToDue();
      });
      settleDown(world, order.fateOf);
      order.end();
      settleDown(world, order.fateOf);
      checkSettled(world);
      checkEvents(world);
      checkVendor(world);
    } catch (err) {
      return { trace: world.trace, violation: err instanceof Error ? err.message : String(err) };
    }
    return { trace: world.trace };
  },
};

/** One contact with very much pending: its events arrive in order, one run at a time. */
export function hotContact(
  seed: number,
  deliveries: number,
): { readonly violation?: string; readonly arrived: number } {
  const world = new LaneWorld({ pendingAtOnce: 50, lanesAtOnce: 16, repeatsAmbiguousEvents: true });
  const order = new ScriptedOrder();
  try {
    world.add('ada', world.want('ada', contactFrom('ada', 1, 0)));
    for (const code of historyOf(seed, { least: deliveries, most: deliveries })) {
      world.add('ada', { kind: 'event' });
      if ((code & 127) === 0) order.extend('ada', SCRIPTS[(code >>> 7) % SCRIPTS.length] ?? []);
    }
    settleDown(world, order.fateOf);
    checkSettled(world);
    checkEvents(world);
  } catch (err) {
    return { violation: err instanceof Error ? err.message : String(err), arrived: world.crm.events.length };
  }
  return { arrived: world.crm.events.length };
}

function contactFrom(contactId: string, rank: number, how: number): Parameters<LaneWorld['want']>[1] {
  return {
    email: `${contactId}@example.com`,
    tags: TAGS[how & 3] ?? [],
    audiences: [],
    attributes: { rank },
  };
}
