import { getEventListeners } from 'node:events';

import { CutBySignal } from './cut-by-signal.js';
import { VendorExchange } from './vendor-exchange.js';

function exchange(): VendorExchange {
  return new VendorExchange({ timeoutMs: 60_000, maximumBytes: 1_000, mayStillSend: () => true });
}

describe('requests under way that go by one signal', () => {
  it('are all cut by it, whoever sent them, through a single listener', async () => {
    const ending = new AbortController();
    const requests = [exchange(), exchange(), exchange()];
    const ends = requests.map((one) => one.run(() => CutBySignal.of(ending.signal).follow(one)));
    expect(getEventListeners(ending.signal, 'abort')).toHaveLength(1);
    ending.abort();
    const cut = { kind: 'withheld', reason: 'aborted' };
    expect(await Promise.all(ends)).toMatchObject([cut, cut, cut]);
  });

  it('leave no listener behind when they have ended', () => {
    const { signal } = new AbortController();
    const requests = [exchange(), exchange()];
    for (const one of requests) CutBySignal.of(signal).follow(one);
    for (const one of requests) CutBySignal.of(signal).unfollow(one);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
