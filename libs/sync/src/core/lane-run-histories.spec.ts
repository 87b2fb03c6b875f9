import fc from 'fast-check';

import { LaneModel } from './testing/lane-model.js';
import { FATES, type Fate } from './testing/model-vendor.js';
import { must } from './testing/must.js';

/** `LANE_HISTORIES=3000000 npm run jest -- lane-run-histories` looks further. */
const HISTORIES = Number(process.env['LANE_HISTORIES'] ?? 20_000);
const HOUR = 60 * 60 * 1000;
const WAITS = [100, 3_000, 11_000, 20_000, HOUR, 30 * HOUR, 80 * HOUR] as const;
const ADDRESSES = ['ada@example.com', 'ada@work.example.com'] as const;
const TAGS = [[], ['gold'], ['gold', 'vip'], ['vip']] as const;

/** Histories that went wrong once. */
const FOUND_ONCE = [
  // A lost write with a tag at an address; the tag's taking back is refused; the person moves there and away again.
  [0, 11317128, 4999379, 1789552, 9468664, 7991568, 1958440, 0],
];

/** A number is one thing that happens; its lower digits say which, the rest how. Cheap to draw, and shrinks well. */
function happen(model: LaneModel, code: number): void {
  const how = code >> 4;
  switch (code & 15) {
    case 0:
    case 1:
      model.want(how & 3, TAGS[(how >> 2) & 3] ?? [], ADDRESSES[((how >> 4) & 7) === 0 ? 1 : 0]);
      return;
    case 2:
      model.unwant();
      return;
    case 3:
    case 4:
      model.enqueue('event');
      return;
    case 5:
      model.pass(WAITS[how % WAITS.length] ?? 0);
      return;
    case 6:
      if (model.connection === 'paused') model.connection = 'open';
      model.configVersion += 1;
      return;
    case 7:
      breakDown(model, how);
      return;
    default:
      model.passToDue();
      attempt(model, how);
  }
}

/** The first steps end as the code says, later ones well; in the middle something may be added. */
function attempt(model: LaneModel, how: number): void {
  const fates: Fate[] = [how, how >> 5].map((part) => FATES[(part & 31) % FATES.length] ?? 'accepted');
  let added = ((how >> 10) & 3) === 0;
  // Half of the runs start well, so that histories get somewhere.
  if (((how >> 12) & 1) === 0) fates.unshift('accepted');
  model.run(
    () => fates.shift() ?? 'accepted',
    () => {
      if (!added) return;
      added = false;
      if (((how >> 13) & 1) === 0) model.enqueue('event');
      else model.want((how >> 14) & 3, TAGS[(how >> 16) & 3] ?? []);
    },
  );
}

/** The vendor is down for some attempts, mostly for longer than we try. */
function breakDown(model: LaneModel, how: number): void {
  for (let times = how & 15; times > 0; times -= 1) {
    model.passToDue();
    model.pass((how >> 4) & 1 ? 8 * HOUR : 0);
    model.run(
      () => ((how >> 5) & 1 ? 'unavailable' : 'ambiguous_lost'),
      () => undefined,
    );
  }
}

/** From here on the vendor takes everything. */
function settleDown(model: LaneModel): void {
  for (let runs = 0; model.lane !== undefined; runs += 1) {
    must(runs < 200, 'the lane never comes to its end');
    if (model.connection === 'paused') model.connection = 'open';
    // A person looks at what is held and has it tried again.
    if (model.lane.held) model.enqueue('contact');
    model.passToDue();
    model.run(
      () => 'accepted',
      () => undefined,
    );
  }
  model.pass(HOUR);
}

function checkSettled(model: LaneModel): void {
  for (const { id } of model.created) must(model.settled.has(id), `${id} was lost`);
  must(model.settled.size === model.created.length, 'something was settled that never was');
}

function checkEvents(model: LaneModel): void {
  const events = model.created.filter(({ kind }) => kind === 'event').map(({ id }) => id);
  const applied = model.vendor.applied.filter((id) => !model.passedOver.has(id));
  must(
    applied.join() === events.filter((id) => applied.includes(id)).join(),
    'the vendor saw events in another order',
  );
  for (const id of events) {
    const { state } = model.settled.get(id) ?? {};
    const arrivals = model.vendor.arrivals.get(id) ?? 0;
    if (state === 'delivered') must(arrivals > 0, `${id} counts as delivered and never arrived`);
    must(state !== 'coalesced' && state !== 'unchanged', `${id} was settled as ${state ?? 'nothing'}`);
  }
}

function checkVendor(model: LaneModel): void {
  const wanted =
    model.desired.kind === 'present' && model.connection === 'open' ? model.desired.contact : undefined;
  for (const [email, { fields, tags, theirs }] of model.vendor.profiles) {
    must(fields.get('plan') === 'theirs', 'a field of the merchant was taken away');
    for (const tag of theirs)
      must(tags.has(tag) || model.untold.has(`${email} ${tag}`), `the merchant's tag ${tag} was taken away`);
    const here = wanted?.email === email ? wanted : undefined;
    const left = [...tags, ...fields.keys()].filter(
      (name) =>
        !theirs.has(name) &&
        name !== 'plan' &&
        !(here?.tags.includes(name) ?? false) &&
        !(here !== undefined && name === 'our_rank'),
    );
    must(left.length === 0, `${left.join()} was left behind at ${email}`);
  }
  if (wanted === undefined) return;
  const { fields, tags } = model.vendor.profile(wanted.email);
  must(fields.get('our_rank') === wanted.attributes['rank'], 'the vendor has another value than is wanted');
  for (const tag of wanted.tags) must(tags.has(tag), `the tag ${tag} is missing`);
}

/** The last word on the contact was a failure: somebody has it sent again. */
function sendAgain(model: LaneModel): void {
  const { state } = model.ledger ?? {};
  const failed = state === 'refused' || state === 'ignored' || state === 'expired';
  if (failed || model.intended.length > 0) model.enqueue('contact');
  settleDown(model);
}

describe('whatever happens to a contact', () => {
  it.each([
    { dropsRepeatedEvents: true, repeatsAmbiguousEvents: true },
    { dropsRepeatedEvents: false, repeatsAmbiguousEvents: true },
    { dropsRepeatedEvents: false, repeatsAmbiguousEvents: false },
  ])(
    'its deliveries are settled once, in order, and the vendor ends up as wanted (repeats dropped: $dropsRepeatedEvents, allowed: $repeatsAmbiguousEvents)',
    (traits) => {
      fc.assert(
        fc.property(
          fc.array(fc.nat(0xffffff), { minLength: 1, maxLength: 30, size: 'max' }),
          fc.boolean(),
          fc.boolean(),
          (codes, disconnects, shares) => {
            const model = new LaneModel({ ...traits, shared: shares ? ['vip'] : [] });
            for (const code of codes) happen(model, code);
            if (disconnects) {
              model.connection = 'disconnecting';
              model.enqueue('contact');
            }
            settleDown(model);
            sendAgain(model);
            checkSettled(model);
            checkEvents(model);
            checkVendor(model);
          },
        ),
        {
          numRuns: Math.ceil(HISTORIES / 3),
          examples: FOUND_ONCE.map((codes): [number[], boolean, boolean] => [codes, false, false]),
        },
      );
    },
    Math.max(60_000, HISTORIES),
  );
});
