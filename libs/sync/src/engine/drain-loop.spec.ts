import { jest } from '@jest/globals';
import { EntityManager } from 'typeorm';

import { DrainLoop } from './drain-loop.js';
import { EngineBench } from './testing/engine-bench.js';
import { VendorSession } from './vendor-session.js';
import { Watermark } from './watermark.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());
afterEach(() => {
  jest.restoreAllMocks();
});

/** The statements of all transactions from now on. */
function statements(): string[] {
  const seen: string[] = [];
  const query = EntityManager.prototype.query;
  jest.spyOn(EntityManager.prototype, 'query').mockImplementation(function (this: EntityManager, ...given) {
    seen.push(given[0]);
    return query.apply(this, given);
  });
  return seen;
}

describe('a drain', () => {
  it('that finds nothing to do writes nothing', async () => {
    const seen = statements();
    const loop = new DrainLoop(bench['parts'](), bench.target(), () => false, new Watermark());
    expect(await loop.run()).toEqual({ gaveWay: false });
    expect(seen.filter((sql) => /\bdrain \(|DELETE FROM drain/.test(sql))).toEqual([]);
  });

  it('that is told to stop before it begins claims nothing', async () => {
    const seen = statements();
    const loop = new DrainLoop(bench['parts'](), bench.target(), () => false, new Watermark());
    loop.stop();
    expect(await loop.run()).toEqual({ gaveWay: false });
    expect(seen).toEqual([]);
  });
});

/** Resolves when a session sends nothing more. */
function nothingMoreLeaves(): Promise<void> {
  const { stop } = VendorSession.prototype;
  return new Promise((resolve) => {
    jest.spyOn(VendorSession.prototype, 'stop').mockImplementation(function (this: VendorSession) {
      stop.call(this);
      resolve();
    });
  });
}

describe('what a drain has in hand and did not send', () => {
  it.each([
    ['disconnected', () => bench.disconnect()],
    ['disconnected with everything taken back', () => bench.startDisconnecting()],
  ])(
    'is not sent any more once its connection is %s, however good its lease is',
    async (_how, disconnect) => {
      const contact = bench.want('ada@example.com');
      const halted = nothingMoreLeaves();
      bench.vendor.before('upsert', async () => {
        await disconnect();
        await halted;
      });
      await bench.record([bench.contact(contact)]);
      await halted;
      await bench.untilDisconnected();
      await bench.untilIdle();
      expect(await bench.openDeliveries()).toBe(0);
    },
  );
});
