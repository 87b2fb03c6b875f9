import fc from 'fast-check';

import type { ClaimedLane, LaneNext, LaneResult } from './delivery.js';
import type { EndpointOutcome } from './endpoint-outcome.js';
import { EndpointRun } from './endpoint-run.js';
import { ENDPOINT_ATTEMPTS, ENDPOINT_WAITS_MS, endpointRestMs } from './endpoint-schedule.js';

const REPORT = { durationMs: 12, exchanges: [{ status: 500 }] };
const FAILED: EndpointOutcome = { kind: 'unavailable', code: 'endpoint_failed', rests: false };

function lane(attempts = 0, messages = 1): ClaimedLane {
  return {
    id: '1',
    contactId: 'event-1',
    tailSeq: messages,
    attempts,
    failingForMs: 0,
    pending: Array.from({ length: messages }, (_, index) => ({
      kind: 'event' as const,
      seq: index + 1,
      id: `delivery-${index + 1}`,
      cause: 'commission_earned',
      contactId: 'person-1',
      eventId: 'event-1',
      eventName: 'commission_earned',
      dedupeId: 'event-1',
      occurredAt: '2026-11-01T12:00:00.000Z',
      payload: '{}',
    })),
  };
}

function tried(outcome: EndpointOutcome, attempts = 0, random = 0): LaneResult {
  const run = new EndpointRun({ lane: lane(attempts), random: () => random });
  expect(run.next()?.id).toBe('delivery-1');
  run.apply(outcome, REPORT);
  return run.result();
}

const due = (next: LaneNext) => (next.kind === 'due' ? next : undefined);

describe('a message to an endpoint', () => {
  it('that is taken settles as delivered, and its lane is done', () => {
    const { settlements, next, attempts } = tried({ kind: 'accepted' });
    expect(settlements).toMatchObject([{ state: 'delivered', attempts: 1 }]);
    expect(next).toEqual({ kind: 'done' });
    expect(attempts).toMatchObject([{ number: 1, outcome: 'accepted', contactId: 'person-1' }]);
  });

  it.each(ENDPOINT_WAITS_MS.map((wait, index) => [index + 1, wait]))(
    'that fails for the %d. time is sent again after %d ms, a fifth later at the most',
    (number, wait) => {
      expect(tried(FAILED, number - 1, 0).next).toMatchObject({ kind: 'due', inMs: wait, attempts: number });
      expect(due(tried(FAILED, number - 1, 0.999999).next)?.inMs).toBeLessThanOrEqual(wait * 1.2);
    },
  );

  it('that fails ten times, over about three days, expires', () => {
    const days = ENDPOINT_WAITS_MS.reduce((sum, wait) => sum + wait, 0) / 86_400_000;
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(3.5);
    const { settlements, next } = tried(FAILED, ENDPOINT_ATTEMPTS - 1);
    expect(settlements).toMatchObject([{ state: 'expired', code: 'expired', attempts: 10 }]);
    expect(next).toEqual({ kind: 'done' });
  });

  it('waits as long as a busy endpoint asked, but not less than the schedule says', () => {
    const busy = { kind: 'unavailable', code: 'endpoint_busy', rests: true } as const;
    expect(tried({ ...busy, retryAfterMs: 60_000 }).next).toMatchObject({ inMs: 60_000, attempts: 1 });
    expect(tried({ ...busy, retryAfterMs: 1_000 }).next).toMatchObject({ inMs: 5_000 });
  });

  it('uses up no attempt when the endpoint is called too often', () => {
    const busy: EndpointOutcome = {
      kind: 'throttled',
      code: 'endpoint_busy',
      rests: true,
      retryAfterMs: 7_000,
    };
    expect(tried(busy, 9).next).toMatchObject({ kind: 'due', inMs: 7_000, attempts: 9 });
  });

  it('that the endpoint calls gone is not sent again, and says so of the endpoint', () => {
    const run = new EndpointRun({ lane: lane(), random: () => 0 });
    run.apply({ kind: 'gone', code: 'endpoint_gone' }, REPORT);
    expect(run.findings).toEqual([{ kind: 'gone' }]);
    expect(run.result()).toMatchObject({
      settlements: [{ state: 'refused', code: 'endpoint_gone' }],
      next: { kind: 'done' },
    });
  });

  it('that cannot be made settles as refused, and is not held against the endpoint', () => {
    const run = new EndpointRun({ lane: lane(), random: () => 0 });
    run.apply({ kind: 'refused', code: 'message_not_made', detail: 'no amount' }, REPORT);
    expect(run.result().settlements).toMatchObject([{ state: 'refused', detail: 'no amount' }]);
    expect(run.findings).toEqual([{ kind: 'unsent' }]);
  });

  it('that never left waits as it is, without an attempt', () => {
    const run = new EndpointRun({ lane: lane(3), random: () => 0 });
    run.putBack(0);
    expect(run.next()).toBeUndefined();
    expect(run.result()).toMatchObject({ attempts: [], settlements: [], next: { kind: 'due', attempts: 3 } });
    expect(tried({ kind: 'withheld' }, 3)).toMatchObject({ attempts: [], next: { attempts: 3, inMs: 0 } });
  });

  it('ends in one state after at most ten attempts, whatever the endpoint does', () => {
    const outcome = fc.oneof(
      fc.constant<EndpointOutcome>({ kind: 'accepted' }),
      fc.constant<EndpointOutcome>({ kind: 'withheld' }),
      fc.constant<EndpointOutcome>({ kind: 'gone', code: 'endpoint_gone' }),
      fc.constant<EndpointOutcome>({ kind: 'refused', code: 'message_not_made' }),
      fc.record({
        kind: fc.constantFrom('throttled' as const, 'unavailable' as const, 'ambiguous' as const),
        code: fc.constant('endpoint_busy' as const),
        rests: fc.boolean(),
        retryAfterMs: fc.nat({ max: 10 ** 9 }),
      }),
    );
    fc.assert(
      fc.property(
        fc.infiniteStream(outcome),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (answers, random) => {
          let attempts = 0;
          let counted = 0;
          for (const answer of answers.take(200)) {
            const run = new EndpointRun({ lane: lane(attempts), random: () => random });
            run.apply(answer, REPORT);
            const { next, settlements, attempts: log } = run.result();
            // Taken up again as often as there is something left to do, settled exactly when there is not.
            expect(settlements.length).toBe(next.kind === 'done' ? 1 : 0);
            if (next.kind !== 'due') return;
            expect(next.inMs).toBeLessThanOrEqual(86_400_000 * 1.2);
            counted += answer.kind === 'throttled' || log.length === 0 ? 0 : 1;
            expect(next.attempts).toBe(counted);
            expect(counted).toBeLessThan(ENDPOINT_ATTEMPTS);
            attempts = next.attempts;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('an endpoint that fails', () => {
  it('rests for a second, then twice as long each time, for a minute at the most', () => {
    expect([1, 2, 3, 6, 7, 50].map((failures) => endpointRestMs(failures))).toEqual([
      1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
    ]);
    expect(endpointRestMs(1, 300_000)).toBe(300_000);
    expect(endpointRestMs(1, 10 ** 12)).toBe(86_400_000);
  });
});
