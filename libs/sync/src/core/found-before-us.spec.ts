import type { DesiredContact, Outcome, WrittenContact } from '@rekomi/provider-contract';

import type { LaneResult, LedgerEntry } from './delivery.js';
import type { Intention } from './intention.js';
import { LaneRun } from './lane-run.js';
import type { LaneStep } from './lane-step.js';

const wanted: DesiredContact = {
  email: 'ada@example.com',
  tags: ['theirs', 'ours'],
  audiences: ['7', '8'],
  attributes: {},
};
const seen = { tagsFound: ['theirs'], audiencesFound: ['7'] };
const added = { tagsAdded: ['ours'], audiencesJoined: ['8'] };

interface Before {
  readonly ledger?: LedgerEntry;
  readonly intended?: Intention;
  readonly desired?: DesiredContact | 'absent';
}

function laneRun({ ledger, intended = [], desired = wanted }: Before): LaneRun {
  return new LaneRun({
    lane: {
      id: '1',
      contactId: 'ada',
      tailSeq: 1,
      attempts: 0,
      failingForMs: 0,
      pending: [{ kind: 'contact', seq: 1, id: 'c1', cause: 'test' }],
    },
    ledger,
    intended,
    desired: desired === 'absent' ? { kind: 'absent' } : { kind: 'present', contact: desired },
    configVersion: 1,
    connection: 'open',
    provider: {
      canRemove: true,
      events: true,
      dropsRepeatedEvents: true,
      repeatsAmbiguousEvents: true,
      writes: [],
    },
    random: () => 0.5,
    now: () => 1_000,
  });
}

/** One run and what stands in the tables afterwards, ready for the next one. */
function after(before: Before, outcome: Outcome): Before & { readonly step: LaneStep } {
  const run = laneRun(before);
  const ahead = run.ahead();
  const step = run.next();
  run.apply(outcome, { durationMs: 1, exchanges: [] });
  const result = run.result();
  const intended = result.intended ?? ahead ?? before.intended ?? [];
  return { step, intended, ...withLedger(result, before.ledger) };
}

function withLedger({ ledger }: LaneResult, before: LedgerEntry | undefined): Pick<Before, 'ledger'> {
  if (ledger === undefined) return before === undefined ? {} : { ledger: before };
  const { present, state, written } = ledger;
  return { ledger: { present, state, ...(written === null ? {} : { written }) } };
}

function takenBack(before: Before): WrittenContact | undefined {
  const step = laneRun({ ...before, desired: 'absent' }).next();
  return step.kind === 'remove' ? step.removal.previous : undefined;
}

const ambiguous: Outcome = { kind: 'ambiguous', code: 'vendor_timeout' };

describe('what stood at the vendor before us', () => {
  it('is on record and is never taken back, and what we added is', () => {
    const first = after({}, { kind: 'confirmed', written: { ...seen, ...added } });
    expect(first.ledger?.written).toMatchObject({ ...seen, tags: ['ours'], audiences: ['8'] });
    expect(takenBack(first)).toMatchObject({ tags: ['ours'], audiences: ['8'] });
  });

  it('is forgotten once nobody wishes for it, so that it is looked at anew', () => {
    const first = after({}, { kind: 'confirmed', written: { ...seen, ...added } });
    const without = { ...wanted, tags: ['ours'], audiences: ['8'] };
    const second = after({ ...first, desired: without }, { kind: 'unchanged' });
    expect(second.ledger?.written).not.toHaveProperty('tagsFound');
    expect(second.ledger?.written).not.toHaveProperty('audiencesFound');
    expect(takenBack(second)).toMatchObject({ tags: ['ours'], audiences: ['8'] });
  });

  it('is told from our own half-written tag when the end of the first try is unknown', () => {
    const first = after({}, { ...ambiguous, written: seen });
    expect(first.ledger).toBeUndefined();
    expect(first.intended).toMatchObject([{ ...seen, tags: ['ours'], audiences: ['8'] }]);
    expect(takenBack(first)).toMatchObject({ tags: ['ours'], audiences: ['8'] });
    const all = { tagsFound: ['ours', 'theirs'], audiencesFound: ['7', '8'] };
    const second = after(first, { kind: 'confirmed', written: all });
    expect(second.ledger?.written).toMatchObject({ ...seen, tags: ['ours'], audiences: ['8'] });
  });

  it('stays so through a second try that is lost as well', () => {
    const first = after({}, { ...ambiguous, written: seen });
    const all = { tagsFound: ['ours', 'theirs'], audiencesFound: ['7', '8'] };
    const second = after(first, { ...ambiguous, written: all });
    expect(takenBack(second)).toMatchObject({ tags: ['ours'], audiences: ['8'] });
  });

  it('counts as ours where a worker died and nothing but the intention is on record', () => {
    const intended = laneRun({}).ahead() ?? [];
    expect(takenBack({ intended })).toMatchObject({ tags: ['ours', 'theirs'], audiences: ['7', '8'] });
    const all = { tagsFound: ['ours', 'theirs'], audiencesFound: ['7', '8'] };
    const next = after({ intended }, { kind: 'confirmed', written: all });
    expect(takenBack(next)).toMatchObject({ tags: ['ours', 'theirs'], audiences: ['7', '8'] });
  });

  it('needs no new intention when the same is written again', () => {
    const first = after({}, { kind: 'confirmed', written: { ...seen, ...added } });
    expect(laneRun(first).ahead()).toBeUndefined();
  });

  it('is known by its address: a look at a new one says nothing of the old one', () => {
    const old = { email: 'ada@old.example.com', fields: {}, tags: ['ours'], audiences: ['8'] };
    const ledger: LedgerEntry = { present: true, state: 'delivered', written: old };
    const first = after({ ledger }, { ...ambiguous, written: seen });
    expect(first.ledger?.written).toEqual(old);
    expect(first.intended).toMatchObject([
      { email: wanted.email, ...seen, tags: ['ours'], audiences: ['8'] },
    ]);
  });
});
