import { Watermark } from './watermark.js';

const SEEN = { near: '2026-11-01 12:00:25+00', far: '2026-11-01 12:00:00+00' };

/** Where the claims of a hundred seconds start, ten a second. */
function startsOfABusyConnection(): readonly { readonly at: number; readonly from: string }[] {
  let now = 0;
  const watermark = new Watermark(() => now);
  const starts: { at: number; from: string }[] = [];
  for (; now < 100_000; now += 100) {
    starts.push({ at: now, from: watermark.start() });
    watermark.rise(SEEN);
  }
  return starts;
}

describe('where claims start looking', () => {
  it('is the very beginning at first, and shortly before what the last claim saw from then on', () => {
    const watermark = new Watermark(() => 0);
    expect(watermark.start()).toBe('-infinity');
    expect(watermark.start()).toBe('-infinity');
    watermark.rise(SEEN);
    expect(watermark.start()).toBe(SEEN.near);
  });

  it('is the very beginning once every 30 seconds, however busy the connection is', () => {
    const starts = startsOfABusyConnection().filter(({ from }) => from === '-infinity');
    expect(starts.map(({ at }) => at)).toEqual([0, 30_000, 60_000, 90_000]);
  });

  it('is further back every 10 seconds, for what a long transaction has committed', () => {
    const starts = startsOfABusyConnection().filter(({ from }) => from === SEEN.far);
    expect(starts.map(({ at }) => at)).toEqual([10_000, 20_000, 40_000, 50_000, 70_000, 80_000]);
  });

  it('is further back at once after a pause', () => {
    let now = 0;
    const watermark = new Watermark(() => now);
    watermark.start();
    watermark.rise(SEEN);
    now += 10_000;
    expect(watermark.start()).toBe(SEEN.far);
    expect(watermark.start()).toBe(SEEN.near);
  });

  it('is further and further back while something is due that claims do not see', () => {
    const watermark = new Watermark(() => 0);
    watermark.start();
    watermark.rise(SEEN);
    const starts = [watermark.start()];
    for (let n = 0; n < 2; n += 1) {
      watermark.missed();
      starts.push(watermark.start());
    }
    expect(starts).toEqual([SEEN.near, SEEN.far, '-infinity']);
    watermark.rise(SEEN);
    expect(watermark.start()).toBe(SEEN.near);
  });
});
