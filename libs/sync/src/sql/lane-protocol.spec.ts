import { fileURLToPath } from 'node:url';

import { hasSpin, search } from './testing/spin.js';

const MODEL = fileURLToPath(new URL('lane-protocol.pml', import.meta.url));
/** Set by `npm run proofs -- --size full`: dying drains, lost answers and late commits in one search instead of three. */
const FULL = process.env['PROOFS_SIZE'] === 'full';
const PATIENCE_MS = FULL ? 3_600_000 : 300_000;

const CALM = ['FAULTS=0', 'LOSSES=0'];
const ONE_DIES = ['FAULTS=1', 'LOSSES=0'];
const LATE_COMMITS = ['WATERMARK'];

const STUCK = 'never settled';

/** Each rule taken out, in the smallest world in which that shows, and what is then no longer true. */
const MUTANTS: readonly (readonly [string, readonly string[], string])[] = [
  ['FENCES_BY_NOT_EXISTS', CALM, STUCK],
  ['NO_LEASE_CHECK', ONE_DIES, 'settles_only_what_it_holds'],
  ['LEASE_CHECK_WITHOUT_LOCK', ONE_DIES, 'settles_only_what_it_holds'],
  ['FREES_WITHOUT_MARK', ONE_DIES, 'settles_only_what_it_holds'],
  ['NO_SWEEP', ONE_DIES, STUCK],
  ['NO_REWRITE', [...ONE_DIES, 'ONLY_CONTACTS'], 'the_vendor_ends_as_wanted'],
  ['RUSHED_REWRITE', [...ONE_DIES, 'ONLY_CONTACTS'], 'the_vendor_ends_as_wanted'],
  ['SENDS_WITHOUT_LEASE', [...ONE_DIES, 'ONLY_CONTACTS'], 'the_vendor_ends_as_wanted'],
  ['DEAD_DRAIN_CLAIMS', ONE_DIES, 'a_dead_drain_takes_nothing'],
  ['NO_GRACE', [...CALM, ...LATE_COMMITS], 'a_claim_sees_what_is_due'],
  ['NO_UNBOUNDED_CLAIM', [...CALM, ...LATE_COMMITS], STUCK],
  ['SWEEP_KEEPS_DUE', [...ONE_DIES, ...LATE_COMMITS], 'a_claim_sees_what_is_due'],
  ['DESIRED_BEFORE_TAIL', CALM, 'settles_what_was_written'],
  ['PENDING_BEFORE_LOCK', CALM, STUCK],
  ['CLAIMS_WHAT_IS_IN_HAND', CALM, 'settles_only_what_it_holds'],
  ['UNLOCKED_NUMBERS', CALM, 'events_arrive_in_order'],
  ['FORGETS_WHO_IS_THERE', CALM, 'contact_before_events'],
  ['IGNORES_THE_REST', CALM, STUCK],
  ['KEEPS_CONTACT_PENDING', CALM, STUCK],
  ['HOLDS_IN_SPITE_OF_NEWS', CALM, STUCK],
  ['HELD_FOR_EVER', CALM, STUCK],
];

if (!hasSpin())
  process.stderr.write(
    'SKIPPED: spin or a C compiler is not installed, so the model of a lane was not searched.\n',
  );

(hasSpin() ? describe : describe.skip)('the protocol of a lane, in every interleaving', () => {
  it.each(
    FULL
      ? [['a drain dies, an answer is lost and a transaction stays open for long', ['WATERMARK']]]
      : [
          ['a drain dies or is paused beyond its lease', ONE_DIES],
          ['an answer is lost', ['FAULTS=0', 'LOSSES=1']],
          ['a transaction stays open for long', [...CALM, ...LATE_COMMITS]],
        ],
  )(
    'settles every delivery, keeps the order and ends with what is wanted when %s',
    async (_when, definitions) => {
      const found = await search(MODEL, definitions, { large: FULL });
      expect(found).toMatchObject({ broken: undefined, exhaustive: true });
      // It went through more than a handful: a model in which nothing happens has nothing wrong with it.
      expect(found.states).toBeGreaterThan(50_000);
    },
    PATIENCE_MS,
  );

  it.each(MUTANTS)(
    'is broken by %s',
    async (mutant, world, property) => {
      expect((await search(MODEL, [...world, mutant])).broken).toBe(property);
    },
    PATIENCE_MS,
  );
});
