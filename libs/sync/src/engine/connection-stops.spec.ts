import type { Tenancy } from '@rekomi/database';

import { ConnectionStops } from './connection-stops.js';

/** A database in which these connections are stopped, and which counts how often it was asked. */
class Stopped {
  readonly ids = new Set<string>();
  asked = 0;

  readonly tenancy = {
    lookup: async (_sql: string, [wanted]: [readonly string[]]) => {
      this.asked += 1;
      return wanted.filter((id) => this.ids.has(id)).map((id) => ({ id, state: 'paused' }));
    },
  } as unknown as Tenancy;
}

const complain = (err: unknown): never => {
  throw err;
};

it('tells whoever works on a connection that another process stopped it, and asks only for what is worked on', async () => {
  const stopped = new Stopped();
  const stops = new ConnectionStops(stopped.tenancy, complain);
  const unwatchOther = stops.watch('other', () => complain(new Error('Nobody stopped that one.')));
  const heard = new Promise<string>((resolve) => void stops.watch('mine', resolve));
  stopped.ids.add('mine');
  expect(await heard).toBe('paused');
  expect(stopped.asked).toBeGreaterThan(0);
  unwatchOther();
});

it('asks nothing while nothing is worked on', async () => {
  const stopped = new Stopped();
  const stops = new ConnectionStops(stopped.tenancy, complain);
  stops.watch('mine', () => undefined)();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(stopped.asked).toBe(0);
});
