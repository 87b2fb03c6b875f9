import { Watermark } from './watermark.js';

describe('where claims start looking', () => {
  it('is the very beginning at first, and what the last claim saw from then on', () => {
    const watermark = new Watermark(() => 0);
    expect(watermark.start()).toBe('-infinity');
    watermark.rise('2026-11-01 12:00:00+00');
    expect(watermark.start()).toBe('2026-11-01 12:00:00+00');
  });

  it('is the very beginning once every 30 seconds, however busy the connection is', () => {
    let now = 0;
    const watermark = new Watermark(() => now);
    const starts: number[] = [];
    for (; now < 100_000; now += 100) {
      if (watermark.start() === '-infinity') starts.push(now);
      watermark.rise('2026-11-01 12:00:00+00');
    }
    expect(starts).toEqual([0, 30_000, 60_000, 90_000]);
  });
});
