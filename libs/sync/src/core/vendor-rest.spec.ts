import type { LaneNext, LaneResult } from './delivery.js';
import { VendorRest } from './vendor-rest.js';

let now: number;
let rest: VendorRest;
beforeEach(() => {
  now = 0;
  rest = new VendorRest(() => now);
});

const result = (next: LaneNext, findings: LaneResult['findings'] = []): LaneResult => ({
  lane: { id: '1', contactId: 'c', tailSeq: 1, attempts: 0, failingForMs: 0, pending: [] },
  settlements: [],
  attempts: [],
  next,
  rewritten: false,
  findings,
});
const due = { kind: 'due', attempts: 0, failing: false } as const;
const noRoomFor = (inMs: number): LaneResult =>
  result({ ...due, inMs, forRoom: true }, [{ kind: 'throttled', family: 'main', byVendor: false, inMs }]);
const delivered = result({ kind: 'done' });

describe('a connection whose vendor has no room', () => {
  it('rests for a second, and then feels its way with a few lanes', () => {
    expect(rest).toMatchObject({ forMs: 0, mostLanes: Infinity });
    rest.learn([noRoomFor(30_000), noRoomFor(20_000)]);
    expect(rest).toMatchObject({ forMs: 1_000, mostLanes: 64 });
    now = 1_000;
    expect(rest).toMatchObject({ forMs: 0, mostLanes: 64 });
  });

  it('rests no longer than until there is room', () => {
    rest.learn([noRoomFor(2_500), noRoomFor(400)]);
    expect(rest.forMs).toBe(400);
  });

  it('goes on at once when something came of a lane', () => {
    rest.learn([noRoomFor(30_000)]);
    rest.learn([delivered]);
    expect(rest).toMatchObject({ forMs: 0, mostLanes: Infinity });
    rest.learn([noRoomFor(30_000), delivered]);
    expect(rest).toMatchObject({ forMs: 0, mostLanes: Infinity });
  });

  it('hands all on when they wait for so long that they are not back soon', () => {
    rest.learn([noRoomFor(3_600_000)]);
    expect(rest).toMatchObject({ forMs: 0, mostLanes: Infinity });
  });

  it('does not rest for a vendor that asked single lanes for patience', () => {
    const inMs = 5_000;
    rest.learn([
      result({ ...due, inMs, forRoom: true }, [{ kind: 'throttled', family: 'main', byVendor: true, inMs }]),
    ]);
    expect(rest.forMs).toBe(0);
  });
});
