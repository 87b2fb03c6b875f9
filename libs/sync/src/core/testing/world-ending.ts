import { FATES } from './fates.js';
import type { LaneWorld } from './lane-world.js';
import { must } from './must.js';

/** A wait of which a request that is under way would not see the end. */
const LANDING_MS = 5_000;
const HOUR_MS = 60 * 60 * 1000;
/** Rounds beside one for every delivery, after which what is still open never ends. */
const ROUNDS = 500;

/** From here on nothing gets in the way: transactions commit, drains run or are gone, the vendor takes everything unless told otherwise. */
export function settleDown(world: LaneWorld, fateOf: FateOf = () => FATES.taken): void {
  finish(world, fateOf);
  // Where the last word on a contact was a failure, or something is in doubt, somebody has it sent again.
  for (const contactId of world.desired.keys()) {
    const state = world.tables.ledger.get(contactId)?.state;
    const failed = state === 'refused' || state === 'ignored' || state === 'expired';
    const doubtful = (world.tables.intended.get(contactId) ?? []).length > 0;
    if (failed || doubtful) world.add(contactId, { kind: 'contact' });
  }
  finish(world, fateOf);
}

type FateOf = Parameters<LaneWorld['work']>[2];

/** To the point where no lane is left. */
export function finish(world: LaneWorld, fateOf: FateOf = () => FATES.taken): void {
  world.commitAll();
  const rounds = ROUNDS + world.deliveries.length;
  world.drains.forEach((drain, index) => {
    if (drain?.paused === true) world.lose(index);
  });
  for (let round = 0; world.tables.lanes.size > 0; round += 1) {
    must(round < rounds, 'a lane never comes to its end');
    for (const lane of world.tables.lanes.values())
      if (lane.held && lane.drainId === undefined) world.add(lane.contactId, { kind: 'contact' });
    workOff(world, fateOf);
    // What is still under way lands as late as it can: when others have done their part, and wait.
    if ((world.tables.nextDueAt() ?? 0) > world.tables.now + LANDING_MS) landAll(world);
    world.passToDue();
    world.pass(1_000);
    world.sweep();
  }
  landAll(world);
  world.pass(HOUR_MS);
}

function landAll(world: LaneWorld): void {
  while (world.strays.length > 0) world.landStray(0, true);
}

/** Every drain finishes what it has, and one claims what is due. */
function workOff(world: LaneWorld, fateOf: FateOf): void {
  world.drain(0);
  for (let index = 0; index < world.drains.length; index += 1) {
    for (let steps = 0; (world.drains[index]?.jobs.length ?? 0) > 0; steps += 1) {
      must(steps < 1_000_000, 'a drain never comes to the end of its lanes');
      world.work(index, 0, fateOf);
    }
  }
  world.work(0, 0, fateOf);
}

/** Every delivery ended, in one state. */
export function checkSettled({ deliveries, tables }: LaneWorld): void {
  for (const id of deliveries) must(tables.settled.has(id), `${id} was lost`);
  must(tables.settled.size === deliveries.length, 'something was settled that never was');
}

/** The vendor saw the events of each contact in the order in which they were added, and each that counts as delivered. */
export function checkEvents({ crm, events, passedOver, tables }: LaneWorld): void {
  const places = new Map(crm.events.map((id, place) => [id, place]));
  for (const ids of events.values()) {
    let last = -1;
    for (const id of ids) {
      const place = places.get(id);
      const state = tables.settled.get(id);
      if (state === 'delivered') must(place !== undefined, `${id} counts as delivered and never arrived`);
      must(state !== 'coalesced' && state !== 'unchanged', `${id} was settled as ${state ?? 'nothing'}`);
      if (place === undefined || passedOver.has(id)) continue;
      must(place > last, 'the vendor saw events of one contact in another order');
      last = place;
    }
  }
}

/** The vendor has what is wanted, nothing of ours besides, and all that is the merchant's. */
export function checkVendor({ crm, desired }: LaneWorld): void {
  const wanted = new Map(
    [...desired.values()].flatMap((one) =>
      one.kind === 'present' ? [[one.contact.email, one.contact] as const] : [],
    ),
  );
  for (const [email, { fields, tags, lists }] of crm.profiles) {
    must(fields.get('plan') === 'theirs' && tags.has('theirs'), 'something of the merchant was taken away');
    const here = wanted.get(email);
    const mine = [...tags].filter((tag) => tag !== 'theirs' && here?.tags.includes(tag) !== true);
    mine.push(...[...lists].filter((list) => here?.audiences.includes(list) !== true));
    if (here === undefined) mine.push(...[...fields.keys()].filter((name) => name !== 'plan'));
    must(mine.length === 0, `${mine.join()} was left behind at ${email}`);
  }
  for (const { email, tags, audiences, attributes } of wanted.values()) {
    const profile = crm.profile(email);
    for (const [name, value] of Object.entries(attributes)) {
      const at = profile.fields.get(`our_${name}`);
      const wish = typeof value === 'object' ? undefined : value;
      must(at === wish, `${email} has ${String(at)} as ${name}, wanted is ${String(wish)}`);
    }
    for (const tag of tags) must(profile.tags.has(tag), `the tag ${tag} is missing at ${email}`);
    for (const list of audiences.filter((one) => !profile.optedOut.has(one)))
      must(profile.lists.has(list), `the list ${list} is missing at ${email}`);
  }
}
