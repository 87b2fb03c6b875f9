import type { Dispatcher } from 'undici';
import { VendorExchange } from './vendor-exchange.js';

class Controller implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;
  abort(reason: Error): void {
    this.aborted = true;
    this.reason = reason;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

describe('an exchange that undici wants to send a second time', () => {
  it('is cut, because the first sending may have arrived', async () => {
    const exchange = new VendorExchange({
      timeoutMs: 1_000,
      maximumBytes: 1_000,
      mayStillSend: () => true,
    });
    const [first, second] = [new Controller(), new Controller()];
    const answer = exchange.run(() => {
      exchange.onRequestStart(first);
      exchange.onRequestStart(second);
    });
    await expect(answer).resolves.toMatchObject({ kind: 'no_answer', reason: 'reset', maybeSent: true });
    expect(first.aborted).toBe(false);
    expect(second.aborted).toBe(true);
  });
});
