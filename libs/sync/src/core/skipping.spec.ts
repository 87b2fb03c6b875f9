import type { PendingDelivery } from './delivery.js';
import { planSkip, type StuckLane } from './skipping.js';

const contact = (seq: number): PendingDelivery => ({ seq, id: `c${seq}`, cause: 'test', kind: 'contact' });
const event = (seq: number): PendingDelivery => ({
  ...{ seq, id: `e${seq}`, cause: 'test', kind: 'event', eventId: `${seq}`, eventName: 'x' },
  ...{ dedupeId: `${seq}`, occurredAt: '', payload: '{}' },
});
const lane = (over: Partial<StuckLane>): StuckLane => ({
  ...{ held: false, present: false, attempts: 2, pending: [] },
  ...over,
});
const given = (over: Partial<StuckLane>) => {
  const { settlements, next } = planSkip(lane(over), 'a note');
  return { gone: settlements.map(({ delivery }) => delivery.id), next: next.kind };
};

describe('skipping', () => {
  it('lets the events of a held contact go on where the contact is at the vendor', () => {
    expect(given({ held: true, present: true, pending: [event(2), event(3)] })).toEqual({
      gone: [],
      next: 'due',
    });
  });

  it('gives up the events of a held contact that is not there, up to the next change of it', () => {
    expect(given({ held: true, pending: [event(2), event(3)] })).toEqual({
      gone: ['e2', 'e3'],
      next: 'done',
    });
    expect(given({ held: true, pending: [event(2), contact(3), event(4)] })).toEqual({
      gone: ['e2'],
      next: 'due',
    });
  });

  it('gives up a failing contact, with its events unless it is there', () => {
    const pending = [contact(1), event(2), contact(3)];
    expect(given({ present: true, pending })).toEqual({ gone: ['c1', 'c3'], next: 'due' });
    expect(given({ pending }).gone.sort()).toEqual(['c1', 'c3', 'e2']);
    expect(given({ pending: [event(1), event(2)] })).toEqual({ gone: ['e1', 'e2'], next: 'done' });
  });

  it('gives up a failing event alone', () => {
    expect(given({ present: true, pending: [event(1), event(2)] })).toEqual({ gone: ['e1'], next: 'due' });
    expect(given({ present: true, pending: [event(1)] })).toEqual({ gone: ['e1'], next: 'done' });
  });

  it('keeps a lane whose contact has to be written once more', () => {
    expect(
      planSkip(lane({ present: true, pending: [event(1)], rewriteInMs: 9_000 }), undefined).next,
    ).toEqual({
      ...{ kind: 'due', inMs: 9_000, attempts: 0, failing: false },
    });
  });

  it('says why, and how often it was tried', () => {
    expect(planSkip(lane({ pending: [contact(1), event(2)] }), 'a note').settlements).toEqual([
      { delivery: contact(1), state: 'discarded', code: 'skipped_by_hand', detail: 'a note', attempts: 2 },
      { delivery: event(2), state: 'discarded', code: 'skipped_by_hand', detail: 'a note', attempts: 0 },
    ]);
  });
});
