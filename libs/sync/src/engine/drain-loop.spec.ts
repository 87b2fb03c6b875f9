import { jest } from '@jest/globals';
import type { CrmProvider } from '@rekomi/provider-contract';
import { EntityManager } from 'typeorm';

import { VendorRest } from '../core/vendor-rest.js';
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

function loopOfTheBench(): DrainLoop {
  return new DrainLoop(bench['parts'](), bench.target(), () => false, new Watermark(), new VendorRest());
}

describe('a drain', () => {
  it('that finds nothing to do writes nothing', async () => {
    const seen = statements();
    const loop = loopOfTheBench();
    expect(await loop.run()).toEqual({ gaveWay: false });
    expect(seen.filter((sql) => /\bdrain \(|DELETE FROM drain/.test(sql))).toEqual([]);
  });

  it('that is told to stop before it begins claims nothing', async () => {
    const seen = statements();
    const loop = loopOfTheBench();
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

describe('a long line for a vendor that has no room', () => {
  /** Held back by our own pace: nothing was sent. */
  const until = new Date(Date.now() + 60_000);
  const heldBack = { kind: 'throttled', code: 'vendor_throttled', family: 'main', until } as const;

  /** Nobody works it but the loops of the test. */
  const quietBench = async (): Promise<EngineBench> => {
    const quiet = await EngineBench.open();
    await quiet['engine']?.close();
    return quiet;
  };
  const loopFor = (quiet: EngineBench, connectionId: string, rest: VendorRest): DrainLoop =>
    new DrainLoop(quiet['parts'](), { ...quiet.target(), connectionId }, () => false, new Watermark(), rest);

  it.each([
    ['one by one', 64],
    ['in bulk', 100],
  ])('is taken up in part only, where contacts go %s', async (way, first) => {
    const quiet = await quietBench();
    try {
      const { bulk, ...singly } = quiet.vendor.manifest.capabilities;
      const capabilities =
        way === 'in bulk' ? { ...singly, bulk: { ...bulk, maximumItems: 50, worthwhileFrom: 2 } } : singly;
      let asked = 0;
      const provider = Object.assign(Object.create(quiet.vendor) as CrmProvider, {
        manifest: { ...quiet.vendor.manifest, capabilities },
        upsertContact: () => Promise.resolve((asked += 1) && heldBack),
        upsertContacts: (_access: unknown, changes: readonly unknown[]) =>
          Promise.resolve(changes.map(() => (asked += 1) && heldBack)),
      });
      const connectionId = await quiet.connectTo(provider);
      const contacts = Array.from({ length: 400 }, (_, index) => quiet.want(`ada${index}@example.com`));
      await quiet.recordQuietly(contacts.map((contact) => quiet.contact(contact, connectionId)));
      let now = 0;
      const rest = new VendorRest(() => now);
      expect(await loopFor(quiet, connectionId, rest).run()).toEqual({
        gaveWay: false,
        nextDueInMs: expect.any(Number),
      });
      expect(rest.forMs).toBe(1_000);
      expect(asked).toBeLessThanOrEqual(first);
      const before = asked;
      now += 1_000;
      await loopFor(quiet, connectionId, rest).run();
      expect(asked - before).toBe(64);
    } finally {
      await quiet.close();
    }
  });
});
