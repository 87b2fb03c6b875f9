import type { Outcome } from '@rekomi/provider-contract';

import type { PendingDelivery } from './delivery.js';
import { LaneRecord } from './lane-record.js';

const delivery: PendingDelivery = { kind: 'contact', seq: 1, id: 'c1', cause: 'test' };
const next = { kind: 'due', inMs: 500, attempts: 0, failing: false } as const;

function logged(outcome: Outcome, exchanges: readonly unknown[]): number {
  const record = new LaneRecord();
  record.log(delivery, 1, outcome, { durationMs: 3, exchanges }, next);
  return record.attempts.length;
}

describe('the log of attempts', () => {
  const paced: Outcome = { kind: 'throttled', code: 'vendor_throttled', family: 'people' };
  const ending: Outcome = { kind: 'unavailable', code: 'send_withheld' };

  it('does not count what our own pace or a shutdown held back', () => {
    expect(logged(paced, [])).toBe(0);
    expect(logged(ending, [])).toBe(0);
  });

  it('counts it when something had been sent before', () => {
    expect(logged(paced, [{ status: 200 }])).toBe(1);
  });

  it('counts what the vendor itself turned away', () => {
    expect(logged({ ...paced, status: 429 }, [{ status: 429 }])).toBe(1);
    expect(logged({ kind: 'unavailable', code: 'vendor_unreachable' }, [])).toBe(1);
  });
});
