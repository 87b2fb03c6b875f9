import { jest } from '@jest/globals';

import type { LaneResult } from '../core/delivery.js';
import type { VendorRest } from '../core/vendor-rest.js';
import type { LoopEnd } from './drain-loop.js';
import type { EngineParts } from './engine-parts.js';
import { DrainPool, type PooledLoop } from './drain-pool.js';

/** A loop that ends when the test says so. */
class HeldLoop implements PooledLoop {
  pokes = 0;
  stopped = false;
  /** Set by a test whose vendor hangs: the loop does not end when it is only asked to. */
  hangs = false;
  givenUp = false;
  private movedAt = performance.now();
  end: (end: LoopEnd) => void = () => undefined;
  fail: (err: Error) => void = () => undefined;

  constructor(
    readonly connectionId: string,
    readonly shouldGiveWay: () => boolean,
    readonly rest: VendorRest,
  ) {}

  run(): Promise<LoopEnd> {
    return new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
  }

  poke(): void {
    this.pokes += 1;
  }

  stop(): void {
    this.stopped = true;
    if (!this.hangs) this.end({ gaveWay: false });
  }

  cutShort(): void {
    this.end({ gaveWay: false });
  }

  giveUp(): void {
    this.givenUp = true;
  }

  get stillForMs(): number {
    return performance.now() - this.movedAt;
  }

  move(): void {
    this.movedAt = performance.now();
  }
}

let started: HeldLoop[];
let complaints: string[];
let pool: DrainPool;

const running = (): string[] => started.map(({ connectionId }) => connectionId);
const start = (connectionId: string): void => pool.start({ organizationId: 'o', connectionId });
const loopOf = (connectionId: string): HeldLoop => {
  const loop = started.filter((one) => one.connectionId === connectionId).at(-1);
  if (loop === undefined) throw new Error(`No loop was started for ${connectionId}.`);
  return loop;
};
/** Lets what was resolved take effect. */
const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0).then(() => undefined);

beforeEach(() => {
  jest.useFakeTimers();
  started = [];
  complaints = [];
  const parts = { log: { error: (message: string) => complaints.push(message), warn: () => undefined } };
  pool = new DrainPool(parts as unknown as EngineParts, (_parts, target, shouldGiveWay, _watermark, rest) => {
    const loop = new HeldLoop(target.connectionId, shouldGiveWay, rest);
    started.push(loop);
    return loop;
  });
});
afterEach(async () => {
  await pool.close();
  jest.useRealTimers();
});

describe('the drain loops of a process', () => {
  it('are one per connection, which is told when there is more', () => {
    start('a');
    start('a');
    start('a');
    expect(running()).toEqual(['a']);
    expect(loopOf('a').pokes).toBe(2);
  });

  it('are 16 at the most; the others wait in line and follow in order', async () => {
    for (let n = 1; n <= 20; n += 1) start(`c${n}`);
    start('c18');
    expect(running()).toHaveLength(16);
    await settled();
    for (const done of ['c3', 'c7', 'c1', 'c2']) {
      loopOf(done).end({ gaveWay: false });
      await settled();
    }
    expect(running().slice(16)).toEqual(['c17', 'c18', 'c19', 'c20']);
  });

  it('that hear nothing from their vendors make room for others, however many they are', async () => {
    for (let n = 1; n <= 18; n += 1) start(`hanging${n}`);
    await settled();
    expect(running()).toHaveLength(16);
    await jest.advanceTimersByTimeAsync(1_500);
    expect(running().slice(16)).toEqual(['hanging17', 'hanging18']);
    await jest.advanceTimersByTimeAsync(1_500);
    start('healthy');
    expect(running().at(-1)).toBe('healthy');
  });

  it('that get on keep their places, and the others wait', async () => {
    for (let n = 1; n <= 17; n += 1) start(`c${n}`);
    for (let passed = 0; passed < 10; passed += 1) {
      await jest.advanceTimersByTimeAsync(500);
      for (const loop of started) loop.move();
    }
    expect(running()).toHaveLength(16);
  });

  it('are 256 at the most when every vendor hangs', async () => {
    for (let n = 1; n <= 300; n += 1) start(`c${n}`);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(running()).toHaveLength(256);
  });

  it('that stand still for longer than any call may take are given up, told of and begun anew', async () => {
    start('stuck');
    await settled();
    const stuck = loopOf('stuck');
    await jest.advanceTimersByTimeAsync(10 * 60_000);
    expect(stuck.givenUp).toBe(false);
    await jest.advanceTimersByTimeAsync(61_000);
    expect(stuck.givenUp).toBe(true);
    expect(complaints).toEqual(['A drain stood still for minutes; its lanes are handed on.']);
    start('stuck');
    expect(running()).toEqual(['stuck', 'stuck']);
    // It comes to itself when another has its place, which stays.
    stuck.end({ gaveWay: true });
    await settled();
    start('stuck');
    expect(running()).toEqual(['stuck', 'stuck']);
    expect(loopOf('stuck').pokes).toBe(1);
  });

  it('leave no timer behind', async () => {
    start('a');
    await settled();
    loopOf('a').end({ gaveWay: false });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('start anew when a wake came while they ended', async () => {
    start('a');
    await settled();
    start('a');
    loopOf('a').end({ gaveWay: false });
    await settled();
    expect(running()).toEqual(['a', 'a']);
    loopOf('a').end({ gaveWay: false });
    await settled();
    expect(running()).toEqual(['a', 'a']);
  });

  it('give way after five seconds when others wait, and not before', async () => {
    start('c1');
    jest.advanceTimersByTime(5_001);
    loopOf('c1').move();
    expect(loopOf('c1').shouldGiveWay()).toBe(false);
    for (let n = 2; n <= 17; n += 1) start(`c${n}`);
    expect(loopOf('c1').shouldGiveWay()).toBe(true);
    expect(loopOf('c2').shouldGiveWay()).toBe(false);
    await settled();
    loopOf('c1').end({ gaveWay: true });
    await settled();
    // The one that waited runs; the one that gave way stands in line.
    expect(running().slice(16)).toEqual(['c17']);
    loopOf('c5').end({ gaveWay: false });
    await settled();
    expect(running().slice(16)).toEqual(['c17', 'c1']);
  });

  it('come back when their next lane is due', async () => {
    start('a');
    await settled();
    loopOf('a').end({ gaveWay: false, nextDueInMs: 700 });
    await settled();
    await jest.advanceTimersByTimeAsync(699);
    expect(running()).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(2);
    expect(running()).toEqual(['a', 'a']);
  });

  it('leave a connection alone whose vendor has no room, whoever names it, and come back a second later', async () => {
    start('a');
    await settled();
    const inMs = 30_000;
    const heldBack = {
      settlements: [],
      findings: [{ kind: 'throttled', family: 'main', byVendor: false, inMs }],
      next: { kind: 'due', inMs, forRoom: true, attempts: 0, failing: false },
    } as unknown as LaneResult;
    loopOf('a').rest.learn([heldBack]);
    start('a');
    loopOf('a').end({ gaveWay: false, nextDueInMs: 0 });
    await settled();
    start('a');
    await jest.advanceTimersByTimeAsync(990);
    start('a');
    start('b');
    expect(running()).toEqual(['a', 'b']);
    await jest.advanceTimersByTimeAsync(20);
    expect(running()).toEqual(['a', 'b', 'a']);
  });

  it('that fail are reported and make room', async () => {
    for (let n = 1; n <= 17; n += 1) start(`c${n}`);
    await settled();
    loopOf('c4').fail(new Error('The database is away.'));
    await settled();
    expect(complaints).toEqual(['A drain loop ended early.']);
    expect(running().slice(16)).toEqual(['c17']);
  });

  it('finish what they have on close, and no other starts', async () => {
    for (let n = 1; n <= 17; n += 1) start(`c${n}`);
    await settled();
    await pool.close();
    start('late');
    expect(started.every(({ stopped }) => stopped)).toBe(true);
    expect(running()).toHaveLength(16);
  });

  it('are cut short on close when their vendor does not answer', async () => {
    start('hanging');
    await settled();
    loopOf('hanging').hangs = true;
    let closed = false;
    const closing = pool.close().then(() => {
      closed = true;
    });
    await jest.advanceTimersByTimeAsync(4_500);
    expect(closed).toBe(false);
    await jest.advanceTimersByTimeAsync(1_000);
    await closing;
    expect(closed).toBe(true);
  });
});
