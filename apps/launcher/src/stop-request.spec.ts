import { StopRequest } from './stop-request.js';

describe('Ctrl-C', () => {
  it('asks to stop; the copy of the same press that npm forwards changes nothing', () => {
    const clock = { now: 10_000 };
    const stop = new StopRequest(() => clock.now);
    stop.press();
    clock.now += 40;
    stop.press();
    expect([stop.signal.aborted, stop.forced.aborted]).toEqual([true, false]);
  });

  it('pressed again later ends by force', () => {
    const clock = { now: 10_000 };
    const stop = new StopRequest(() => clock.now);
    stop.press();
    clock.now += 1_000;
    stop.press();
    expect(stop.forced.aborted).toBe(true);
  });
});
