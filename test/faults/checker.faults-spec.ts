import { checkRun } from './support/check/check-run.js';
import { applyAgain, lineOf, renumbered, soundRecord, type Draft } from './support/check/planted.js';
import type { Law } from './support/check/violation.js';

/** Milliseconds; after everything that the sound run did. */
const LATER = 100_000;

function swapped(draft: Draft, vendor: string, one: string, other: string): void {
  const [first, second] = [lineOf(draft, vendor, one), lineOf(draft, vendor, other)];
  const line = draft.applied[first]!;
  draft.applied[first] = draft.applied[second]!;
  draft.applied[second] = line;
  draft.applied = renumbered(draft.applied);
}

const PLANTED: readonly (readonly [name: string, law: Law, words: string, plant: (draft: Draft) => void])[] =
  [
    [
      'an acknowledged event that is nowhere',
      'NoLoss',
      'c1n5e was acknowledged and is not there',
      (draft) => {
        draft.database.events = draft.database.events.filter((mark) => mark !== 'c1n5e');
      },
    ],
    [
      'an event without a delivery for one of its connections',
      'NoLoss',
      'c1n5e has no delivery for keeps',
      (draft) => {
        draft.database.history = draft.database.history.filter(
          ({ mark, connectionId }) => mark !== 'c1n5e' || connectionId !== 'connection-2',
        );
      },
    ],
    [
      'a delivery that counts as delivered and never reached the vendor',
      'NoLoss',
      'c2n3e counts as delivered, and drops never applied it',
      (draft) => {
        draft.applied.splice(lineOf(draft, 'drops', 'c2n3e'), 1);
        draft.applied = renumbered(draft.applied);
      },
    ],
    [
      'a delivered event that the vendor does not hold in the end',
      'NoLoss',
      'c2n3e counts as delivered, and keeps does not hold it',
      (draft) => {
        const kept = draft.profiles.find(({ vendor, contact }) => vendor === 'keeps' && contact === 2)!;
        kept.profile!.events = ['c2n2e', 'c2n5e'];
      },
    ],
    [
      'an acknowledged name that the domain has forgotten',
      'NoLoss',
      'person 2 was acknowledged as 4 and is shown as 1',
      (draft) => {
        draft.people[1]!.lastName = 'c2n1s';
      },
    ],
    [
      'a delivery that is stuck',
      'NoLoss',
      'a delivery (c1n5e) for keeps is still open',
      (draft) => {
        draft.database.open.push({ connectionId: 'connection-2', kind: 'event', mark: 'c1n5e' });
      },
    ],
    [
      'a lane that is held',
      'NoLoss',
      'a lane of drops is held (contact_refused)',
      (draft) => {
        draft.database.lanes.push({
          connectionId: 'connection-1',
          leased: false,
          heldCode: 'contact_refused',
        });
      },
    ],
    [
      'an item that nobody asked for',
      'NoPhantom',
      'nobody asked for it',
      (draft) => applyAgain(draft, 'drops', 'c1n77e', LATER),
    ],
    [
      'a state of a request that was refused',
      'NoPhantom',
      'c1n6s at keeps (line 32) arrived; the API refused it',
      (draft) => {
        draft.operations.push({
          contact: 1,
          ordinal: 6,
          kind: 'doomed',
          marks: ['c1n6s'],
          outcome: 'refused',
        });
        applyAgain(draft, 'keeps', 'c1n6s', LATER);
      },
    ],
    [
      'an event of a transaction that was rolled back',
      'NoPhantom',
      'c1n6e at keeps (line 32) arrived; it was never committed',
      (draft) => {
        draft.operations.push({
          contact: 1,
          ordinal: 6,
          kind: 'event',
          marks: ['c1n6e'],
          outcome: 'unknown',
        });
        applyAgain(draft, 'keeps', 'c1n6e', LATER);
      },
    ],
    [
      'two events of a person that overtook one another',
      'Order',
      'c1n2e at keeps (line 7) came after c1n3e at keeps (line 5)',
      (draft) => swapped(draft, 'keeps', 'c1n2e', 'c1n3e'),
    ],
    [
      'an old name that overwrites a newer one',
      'Order',
      'c1n1s at drops (line 32) came again after c1n4s at drops (line 8)',
      (draft) => applyAgain(draft, 'drops', 'c1n1s', LATER),
    ],
    [
      'an event that arrives before its person',
      'Order',
      "came before the person's state 1 (the vendor had 0)",
      (draft) => swapped(draft, 'drops', 'c2n1s', 'c2n2e'),
    ],
    [
      'an event that arrives before the change it follows',
      'Order',
      "came before the person's state 4 (the vendor had 1)",
      (draft) => swapped(draft, 'drops', 'c2n4s', 'c2n5e'),
    ],
    [
      'lane numbers that contradict the order at the vendor',
      'Order',
      'c3n3e at drops (line 26) stands at 3/2 in its lane, c3n2e at drops (line 24) at 3/3',
      (draft) => {
        for (const row of draft.database.history)
          if (row.contact === 3 && row.connectionId === 'connection-1')
            row.laneSeq = { c3n2e: 3, c3n3e: 2 }[row.mark ?? ''] ?? row.laneSeq;
      },
    ],
    [
      'an earlier event that comes again where nothing drops it, although there was a fault',
      'Order',
      'c1n2e at keeps (line 32) came again after c1n5e at keeps (line 11)',
      (draft) => {
        draft.faults.push({ kind: 'kill worker', at: LATER - 1, mayRepeat: true });
        applyAgain(draft, 'keeps', 'c1n2e', LATER);
      },
    ],
    [
      'a repeat without any fault',
      'Dup',
      'c1n5e at keeps (line 32) came again, and no fault explains it',
      (draft) => applyAgain(draft, 'keeps', 'c1n5e', LATER),
    ],
    [
      'two repeats of one person for one fault',
      'Dup',
      'c1n5e at keeps (line 33) came again, and no fault explains it',
      (draft) => {
        draft.faults.push({ kind: 'kill worker', at: LATER - 1, mayRepeat: true });
        applyAgain(draft, 'keeps', 'c1n5e', LATER);
        applyAgain(draft, 'keeps', 'c1n5e', LATER + 10_000);
      },
    ],
    [
      'a repeat that took effect where repeats are dropped',
      'Dup',
      'drops holds c1n5e 2 times, although it drops repeats',
      (draft) => {
        const held = draft.profiles.find(({ vendor, contact }) => vendor === 'drops' && contact === 1)!;
        held.profile!.events.push('c1n5e');
      },
    ],
    [
      'one event recorded twice for one connection',
      'Dup',
      'there are 2 deliveries of c1n5e of drops',
      (draft) => {
        const row = draft.database.history.find(
          ({ mark, connectionId }) => mark === 'c1n5e' && connectionId === 'connection-1',
        )!;
        draft.database.history.push({ ...row, laneSeq: 6 });
      },
    ],
    [
      'a field that differs at the vendor',
      'Converge',
      'person 1 at drops: tier is silver, not gold',
      (draft) => {
        draft.profiles[0]!.profile!.tier = 'silver';
      },
    ],
    [
      'a person who is missing at the vendor',
      'Converge',
      'person 1 at drops: is not there',
      (draft) => {
        delete draft.profiles[0]!.profile;
      },
    ],
    [
      'somebody un-approved who kept our tag',
      'Converge',
      'person 3 at keeps: still has the tags Rekomi affiliate',
      (draft) => {
        draft.profiles.at(-1)!.profile!.tags = ['Rekomi affiliate'];
      },
    ],
    [
      'a delivery that no total counts',
      'Conserve',
      'drops: 16 + 0 were created, 15 settled and 0 are open',
      (draft) => {
        draft.database.totals[0]!.created = 16;
      },
    ],
    [
      'a history that is shorter than its totals',
      'Conserve',
      'keeps: 9 count as "event delivered", history has 8',
      (draft) => {
        draft.database.history = draft.database.history.filter(
          ({ mark, connectionId }) => mark !== 'c3n5e' || connectionId !== 'connection-2',
        );
      },
    ],
    [
      'a lane left in the hand of somebody who is gone',
      'Conserve',
      '1 lanes are left',
      (draft) => {
        draft.database.lanes.push({ connectionId: 'connection-1', leased: true });
      },
    ],
    [
      'an empty log',
      'Evidence',
      'nothing was ever applied',
      (draft) => {
        draft.applied = [];
      },
    ],
    [
      'a log with a line missing',
      'Evidence',
      'line 4 calls itself 5: lines are missing',
      (draft) => {
        draft.applied.splice(3, 1);
      },
    ],
    [
      'a log with a line that cannot be read',
      'Evidence',
      'line 4 cannot be read',
      (draft) => {
        draft.applied[3] = '{"number":4,"at":4000,"ven';
      },
    ],
    [
      'a vendor that took no part',
      'Evidence',
      'idle never applied anything',
      (draft) => {
        draft.vendors.push({
          slug: 'idle',
          connectionId: 'connection-3',
          dedupes: true,
          audiencesStay: false,
        });
      },
    ],
    [
      'a run in which nothing was acknowledged',
      'Evidence',
      'no operation was ever acknowledged',
      (draft) => {
        draft.operations = [];
      },
    ],
  ];

describe('the checker', () => {
  it('finds nothing in a run that went as promised', () => {
    expect(checkRun(soundRecord())).toEqual([]);
  });

  it('lets the latest event come again for a fault, and whole runs where repeats are dropped', () => {
    const draft = soundRecord();
    draft.faults.push({ kind: 'kill worker', at: LATER - 1, mayRepeat: true });
    applyAgain(draft, 'keeps', 'c1n5e', LATER);
    for (const mark of ['c1n2e', 'c1n3e', 'c1n5e']) applyAgain(draft, 'drops', mark, LATER);
    expect(checkRun(draft)).toEqual([]);
  });

  it.each(PLANTED)('finds %s', (_, law, words, plant) => {
    const draft = soundRecord();
    plant(draft);
    const found = checkRun(draft).map((violation) => `${violation.law}: ${violation.what}`);
    expect(found).toContainEqual(expect.stringMatching(`^${law}: .*`));
    expect(found.filter((text) => text.startsWith(law)).join('\n')).toContain(words);
  });
});
