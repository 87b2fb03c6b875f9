import type { Dispatcher } from 'undici';

import { EndpointExchange } from './endpoint-exchange.js';

function controller(): Dispatcher.DispatchController & { aborts: number } {
  return {
    aborts: 0,
    aborted: false,
    paused: false,
    reason: null,
    abort() {
      this.aborts += 1;
    },
    pause: () => undefined,
    resume: () => undefined,
  };
}

describe('a message on its way', () => {
  it('is not written a second time when its connection closes and the client takes it up again', async () => {
    const [first, second] = [controller(), controller()];
    const exchange = new EndpointExchange({ timeoutMs: 60_000, readBytes: 10, signal: undefined });
    const outcome = exchange.run((handler) => {
      handler.onRequestStart?.(first, {});
      handler.onRequestStart?.(second, {});
    });
    expect(await outcome).toMatchObject({ kind: 'no_answer', reason: 'reset', maybeSent: true });
    expect([first.aborts, second.aborts]).toEqual([0, 1]);
  });

  it('that ended while it waited for a connection is not written any more', async () => {
    const late = controller();
    const ended = new AbortController();
    const exchange = new EndpointExchange({ timeoutMs: 60_000, readBytes: 10, signal: ended.signal });
    const outcome = exchange.run(() => ended.abort());
    expect(await outcome).toMatchObject({ reason: 'aborted', maybeSent: false });
    exchange.onRequestStart(late);
    expect(late.aborts).toBe(1);
  });
});
