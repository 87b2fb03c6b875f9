import type { Outcome } from '@rekomi/provider-contract';

import type { LedgerEntry, PendingDelivery } from './delivery.js';
import { LaneRun } from './lane-run.js';
import { staysOut } from './staying-out.js';

const contact = { email: 'ada@example.com', tags: ['gold'], audiences: [], attributes: {} };
const written = { email: 'ada@example.com', fields: {}, tags: ['gold'], audiences: [] };
const taken: LedgerEntry = { present: true, state: 'delivered', written };
const refused: LedgerEntry = { present: false, state: 'refused' };

const change = (cause: string): PendingDelivery => ({ kind: 'contact', seq: 1, id: 'c1', cause });
const event = (cause: string): PendingDelivery => ({
  ...{ kind: 'event', seq: 2, id: 'e2', cause, eventId: 'e2', eventName: 'happened', dedupeId: 'e2' },
  ...{ occurredAt: '2026-11-01T12:00:00.000Z', payload: '{}' },
});

describe('somebody whom a first sync left out', () => {
  it.each([
    ['whose data change', [change('affiliate_changed')], undefined, [], true],
    ['to whom something happens', [event('affiliate_approved')], undefined, [], true],
    ['who was refused once', [change('affiliate_changed')], refused, [], true],
    ['who is approved anew', [change('affiliate_approved'), event('x')], undefined, [], false],
    ['who is there all the same', [change('affiliate_changed')], taken, [], false],
    ['of whom a lost write may be there', [change('affiliate_changed')], undefined, [written], false],
  ] as const)('%s', (_, pending, ledger, intended, out) => {
    expect(staysOut({ pending }, ledger, intended)).toBe(out);
  });
});

describe('a lane of somebody who is left out', () => {
  it('comes to nothing and says why', () => {
    const pending = [change('affiliate_changed'), event('commission_earned')];
    const run = new LaneRun({
      lane: { id: '1', contactId: 'ada', tailSeq: 2, attempts: 0, failingForMs: 0, pending },
      ledger: undefined,
      desired: { kind: 'present', contact },
      leftOut: true,
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
    expect(run.ahead()).toBeUndefined();
    expect(run.next()).toEqual({ kind: 'end' });
    const { settlements, ledger, next } = run.result();
    expect(settlements.map(({ delivery, state, code }) => [delivery.id, state, code])).toEqual([
      ['e2', 'discarded', 'left_out'],
      ['c1', 'discarded', 'left_out'],
    ]);
    expect(ledger).toBeUndefined();
    expect(next).toEqual({ kind: 'done' });
  });

  it('is one like any other where the rule does not hold', () => {
    const accepted: Outcome = { kind: 'accepted', written: {} };
    const pending = [change('affiliate_approved')];
    const run = new LaneRun({
      lane: { id: '1', contactId: 'ada', tailSeq: 1, attempts: 0, failingForMs: 0, pending },
      ledger: undefined,
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
    });
    expect(run.next().kind).toBe('upsert');
    run.apply(accepted, { durationMs: 1, exchanges: [] });
    expect(run.result().settlements.map(({ state }) => state)).toEqual(['delivered']);
  });
});
