import { CLEAR, type DesiredContact } from '@rekomi/provider-contract';

import { FATES } from './fates.js';
import { LaneWorld } from './lane-world.js';
import type { CrmProfile } from './model-crm.js';
import type { Fate } from './model-drain.js';
import { must } from './must.js';
import type { Property } from './proof.js';
import { checkEvents, checkSettled, checkVendor, finish, settleDown } from './world-ending.js';

const CONTACTS = ['ada', 'bob'] as const;
const TAGS = ['gold', 'vip', 'news'] as const;
const LISTS = ['weekly', 'partners'] as const;
const VALUES = [1, 2, CLEAR] as const;
const FAILING: readonly Fate[] = Object.values(FATES);

/**
 * The same program twice: every delivery executed for itself, and several of a contact executed as one, as they happen to
 * be found. Nobody can tell from the vendor's side, but for the requests that were saved. Changes of values, clearing, tags,
 * lists, addresses, taking back and bringing back; people who leave lists and unsubscribe meanwhile; tags and lists that
 * the merchant had before. In half of the programs requests fail on the way where deliveries are executed together.
 */
export const coalescing: Property = {
  name: 'coalescing',
  promise: 'several changes of a contact written as one leave the vendor as if each had been written',
  length: { least: 4, most: 40 },
  hold(codes, traced) {
    const fails = ((codes[0] ?? 0) & 1) === 1;
    const together = worldOf(traced);
    const single = worldOf(traced);
    try {
      run(single, codes, { eachForItself: true, fails: false, seeded: !fails });
      run(together, codes, { eachForItself: false, fails, seeded: !fails });
      compare(together, single, codes);
      const [on, off] = [together.crm.writes, single.crm.writes];
      if (!fails) must(on <= off, `together they took ${on} requests, each for itself ${off}`);
    } catch (err) {
      const violation = err instanceof Error ? err.message : String(err);
      return { trace: ['each for itself', ...single.trace, 'together', ...together.trace], violation };
    }
    return { trace: [...single.trace, ...together.trace] };
  },
};

function worldOf(traced: boolean): LaneWorld {
  return new LaneWorld({ pendingAtOnce: 6, lanesAtOnce: 2, repeatsAmbiguousEvents: true, traced });
}

interface Way {
  readonly eachForItself: boolean;
  readonly fails: boolean;
  /** The merchant has tags and lists of the same names already. What a lost answer leaves in doubt is ours, so not then. */
  readonly seeded: boolean;
}

function run(world: LaneWorld, codes: readonly number[], way: Way): void {
  if (way.seeded) seed(world, codes[1] ?? 0);
  for (const code of codes) {
    happen(world, code, way);
    if (way.eachForItself) finish(world);
  }
  settleDown(world);
  checkSettled(world);
  checkEvents(world);
  if (!way.seeded) checkVendor(world);
  const merged = [...world.crm.arrivals].filter(([, times]) => times > 1 && !way.fails);
  must(merged.length === 0, 'an event arrived more than once although nothing failed');
}

function seed(world: LaneWorld, how: number): void {
  for (const [index, email] of addresses().entries()) {
    const bits = how >>> (index * 4);
    const profile = world.crm.profile(email);
    if ((bits & 1) !== 0) profile.tags.add('gold');
    if ((bits & 2) !== 0) profile.lists.add('weekly');
    if ((bits & 4) !== 0) profile.optedOut.add('partners');
    if ((bits & 8) !== 0) profile.consent = 'unsubscribed';
  }
}

function happen(world: LaneWorld, code: number, way: Way): void {
  const how = code >>> 4;
  const contactId = CONTACTS[how & 1] ?? 'ada';
  switch (code & 15) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      world.add(contactId, world.want(contactId, contactFrom(contactId, how >>> 1)));
      return;
    case 5:
      world.add(contactId, { kind: 'contact', desired: { kind: 'absent' } });
      return;
    case 6:
    case 7:
      world.add(contactId, { kind: 'event' });
      return;
    case 8:
      personDecides(world.crm.profile(addresses()[how & 3] ?? ''), how >>> 2);
      return;
    default:
      if (way.eachForItself) return;
      for (let steps = how & 15; steps > 0; steps -= 1)
        world.work(
          0,
          how >>> 4,
          () => (way.fails ? FAILING[(how >>> steps) % FAILING.length] : undefined) ?? FATES.taken,
        );
      if ((how & 16) !== 0) world.passToDue();
  }
}

/** The person themselves, at the vendor. */
function personDecides(profile: CrmProfile, how: number): void {
  if ((how & 1) === 0) {
    profile.consent = 'unsubscribed';
    return;
  }
  const list = LISTS[(how >>> 1) & 1] ?? 'weekly';
  profile.lists.delete(list);
  profile.optedOut.add(list);
}

function contactFrom(contactId: string, how: number): DesiredContact {
  return {
    email: ((how >>> 9) & 3) === 0 ? `${contactId}@work.example.com` : `${contactId}@example.com`,
    tags: TAGS.filter((_tag, index) => ((how >>> index) & 1) !== 0),
    audiences: LISTS.filter((_list, index) => ((how >>> (3 + index)) & 1) !== 0),
    attributes: {
      rank: VALUES[(how >>> 5) % VALUES.length] ?? 1,
      phase: VALUES[(how >>> 7) % VALUES.length] ?? 1,
    },
  };
}

function addresses(): readonly string[] {
  return CONTACTS.flatMap((name) => [`${name}@example.com`, `${name}@work.example.com`]);
}

function compare(together: LaneWorld, single: LaneWorld, codes: readonly number[]): void {
  must(codes.length > 0 || together.crm.writes === 0, 'nothing happened, and something was sent');
  for (const email of addresses()) {
    const on = lookOf(together, email);
    const off = lookOf(single, email);
    must(on === off, `${email} ends as ${on} when written together, as ${off} when each was`);
  }
}

/** What the merchant sees. Whom we made a subscriber under an address that they no longer have is left out: only one way wrote there. */
function lookOf(world: LaneWorld, email: string): string {
  const { fields, tags, lists, optedOut, consent } = world.crm.profile(email);
  const wanted = [...world.desired.values()].some(
    (desired) => desired.kind === 'present' && desired.contact.email === email,
  );
  return JSON.stringify({
    fields: [...fields].sort(),
    tags: [...tags].sort(),
    lists: [...lists].sort(),
    optedOut: [...optedOut].sort(),
    consent: wanted || consent === 'unsubscribed' ? consent : 'not ours',
  });
}
