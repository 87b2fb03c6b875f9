import type { Outcome } from '@rekomi/provider-contract';

import type { LedgerEntry, PendingDelivery } from './delivery.js';
import { desiredFingerprint } from './fingerprint.js';
import { LaneRun } from './lane-run.js';
import type { LaneRunInput } from './lane-step.js';
import { REPLAY_CAUSE, REWRITE_CAUSE } from './replayed-contact.js';

const contact = { email: 'ada@example.com', tags: ['gold'], audiences: [], attributes: {} };
const written = { email: 'ada@example.com', fields: {}, tags: ['gold'], audiences: [] };
const there: LedgerEntry = {
  present: true,
  state: 'delivered',
  written,
  writtenFingerprint: desiredFingerprint(contact, 1),
};
const accepted: Outcome = { kind: 'accepted', written: {} };

function contacts(...causes: readonly string[]): PendingDelivery[] {
  return causes.map((cause, index) => ({ kind: 'contact', seq: index + 1, id: `c${index + 1}`, cause }));
}

function event(seq: number): PendingDelivery {
  return {
    ...{ kind: 'event', seq, id: `e${seq}`, cause: REPLAY_CAUSE, eventId: `e${seq}`, eventName: 'happened' },
    ...{ dedupeId: `e${seq}`, occurredAt: '2026-11-01T12:00:00.000Z', payload: '{}' },
  };
}

/** Plays it to the end, everything accepted. */
function play(
  pending: readonly PendingDelivery[],
  given: Partial<LaneRunInput> & { readonly rewriteInMs?: number } = {},
) {
  const { rewriteInMs, ...rest } = given;
  const run = new LaneRun({
    lane: {
      ...{ id: '1', contactId: 'ada', tailSeq: pending.length, attempts: 0, failingForMs: 0, pending },
      ...(rewriteInMs === undefined ? {} : { rewriteInMs }),
    },
    ledger: there,
    desired: { kind: 'present', contact },
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
    ...rest,
  });
  const steps: string[] = [];
  for (let step = run.next(); step.kind !== 'end'; step = run.next()) {
    steps.push(step.kind);
    run.apply(accepted, { durationMs: 1, exchanges: [] });
  }
  const { settlements, ledger } = run.result();
  return {
    steps,
    settled: settlements.map(({ delivery, state, code }) => `${delivery.id} ${state} ${code ?? ''}`.trim()),
    ledger,
  };
}

describe('a contact that is replayed', () => {
  it('is not sent where nothing has changed since it was written, and says why', () => {
    expect(play(contacts(REPLAY_CAUSE))).toEqual({
      steps: [],
      settled: ['c1 unchanged replay_superseded'],
      ledger: undefined,
    });
  });

  it('lets its events go all the same', () => {
    const { steps, settled } = play([...contacts(REPLAY_CAUSE), event(2)]);
    expect([steps, settled]).toEqual([['event'], ['c1 unchanged replay_superseded', 'e2 delivered']]);
  });

  it.each<[string, Parameters<typeof play>]>([
    [
      'its data changed',
      [contacts(REPLAY_CAUSE), { desired: { kind: 'present', contact: { ...contact, tags: [] } } }],
    ],
    ['the connection was set up otherwise', [contacts(REPLAY_CAUSE), { configVersion: 2 }]],
    [
      'nobody knows what was written last',
      [contacts(REPLAY_CAUSE), { ledger: { ...there, writtenFingerprint: undefined } as never }],
    ],
    ['the last write failed', [contacts(REPLAY_CAUSE), { ledger: { ...there, state: 'expired' } }]],
    ['it is not there any more', [contacts(REPLAY_CAUSE), { ledger: { ...there, present: false } }]],
    ['it was never written', [contacts(REPLAY_CAUSE), { ledger: undefined }]],
    ['a lost write may have come after', [contacts(REPLAY_CAUSE), { rewriteInMs: 500 }]],
    ['a write was asked for in any case', [contacts(REWRITE_CAUSE)]],
    ['a change waits beside it', [contacts(REPLAY_CAUSE, 'affiliate_changed')]],
  ])('is sent where %s', (_why, [pending, given]) => {
    expect(play(pending, given).steps).toEqual(['upsert']);
  });

  it('ends as discarded where the person is not meant to be there any more', () => {
    expect(play(contacts(REPLAY_CAUSE), { desired: { kind: 'absent' }, ledger: undefined })).toMatchObject({
      steps: [],
      settled: ['c1 discarded not_desired'],
    });
  });

  it('is taken back where the person is not meant to be there and something of ours still is', () => {
    expect(play(contacts(REPLAY_CAUSE), { desired: { kind: 'absent' } }).steps).toEqual(['remove']);
  });

  it('is known by what was written, and by nothing after it was taken back', () => {
    expect(play(contacts('affiliate_approved'), { ledger: undefined }).ledger).toMatchObject({
      writtenFingerprint: desiredFingerprint(contact, 1),
    });
    const { ledger } = play(contacts('affiliate_rejected'), { desired: { kind: 'absent' } });
    expect(ledger?.writtenFingerprint).toBeUndefined();
  });
});
