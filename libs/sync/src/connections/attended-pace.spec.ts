import { AttendedPace } from './attended-pace.js';
import { SCRIPTED_MANIFEST } from './testing/scripted-provider.js';

const LIMIT = { concurrency: 10, timeoutMs: 2000, source: 'invented' };
const TEN_A_SECOND = { requests: 10, perMs: 1000, kind: 'smooth' } as const;
const manifest = {
  ...SCRIPTED_MANIFEST,
  limits: { track: { ...LIMIT, ceiling: TEN_A_SECOND, usual: TEN_A_SECOND } },
};

/** A clock that moves only when somebody sleeps. */
function clock() {
  const state = { at: 1_000_000 };
  return {
    state,
    now: () => state.at,
    sleep: async (milliseconds: number) => {
      state.at += milliseconds;
    },
  };
}
const signal = new AbortController().signal;

describe('calls that a person set off', () => {
  it('keep the distance that the vendor allows, per account', async () => {
    const time = clock();
    const pace = new AttendedPace(time);
    for (let call = 0; call < 5; call += 1) {
      expect(await pace.gate('one', manifest).acquire('track', signal)).toEqual({ kind: 'go' });
    }
    expect(time.state.at).toBe(1_000_400);
    await pace.gate('two', manifest).acquire('track', signal);
    expect(time.state.at).toBe(1_000_400);
  });

  it('say when to come back instead of making a person wait for long', async () => {
    const time = clock();
    const gate = new AttendedPace(time).gate('one', manifest);
    const until = new Date(1_060_000);
    gate.release('track', { failed: false, status: 429, notBefore: until });
    expect(await gate.acquire('track', signal)).toEqual({ kind: 'wait', until });
    expect(time.state.at).toBe(1_000_000);
  });
});
