import { boundedHeap } from './bounded-heap.js';

const MEGABYTE = 1024 * 1024;

describe('memory during an import', () => {
  it('is collected when garbage has gathered, and left alone otherwise', () => {
    let used = 100 * MEGABYTE;
    let collected = 0;
    const look = boundedHeap(
      () => used,
      () => {
        collected += 1;
        used = 101 * MEGABYTE;
      },
    );
    look();
    used += 20 * MEGABYTE;
    look();
    expect(collected).toBe(0);
    used += 20 * MEGABYTE;
    look();
    expect(collected).toBe(1);
    used += 20 * MEGABYTE;
    look();
    expect(collected).toBe(1);
  });

  it('really goes down', () => {
    const makeGarbage = (): number => Array.from({ length: 1_500_000 }, (_, n) => ({ n })).length;
    const look = boundedHeap();
    look();
    const before = process.memoryUsage().heapUsed;
    expect(makeGarbage()).toBe(1_500_000);
    look();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(30 * MEGABYTE);
  });
});
