import type { ProviderAccess } from './access.js';
import { Journey, type Passenger } from './journey.js';
import type { Failure } from './outcome.js';

const SLOW: Failure = { kind: 'throttled', code: 'vendor_throttled', family: 'api' };
const passengers = (count: number) =>
  Array.from({ length: count }, (_, index): Passenger & { index: number } => ({ index, progress: {} }));

describe('a bulk call, contact by contact', () => {
  it('sends nothing more after a failure of the way, and tells everybody who is left', async () => {
    const journey = new Journey({} as ProviderAccess);
    const all = passengers(25);
    let sent = 0;
    await journey.each(all, ({ index }) => {
      sent += 1;
      return Promise.resolve(index === 3 ? { failure: SLOW } : { written: { tagsAdded: ['a'] } });
    });
    expect(sent).toBe(10);
    expect(all.filter(({ progress }) => progress.failure?.kind === 'throttled')).toHaveLength(16);
    expect(all[9]?.progress.written).toEqual({ tagsAdded: ['a'] });
  });

  it('goes on after a no about one contact', async () => {
    const journey = new Journey({} as ProviderAccess);
    const all = passengers(12);
    await journey.each(all, ({ index }) =>
      Promise.resolve(index === 0 ? { failure: { kind: 'refused', code: 'contact_refused' } } : {}),
    );
    expect(all.filter(({ progress }) => progress.failure !== undefined)).toHaveLength(1);
  });
});
