import { jest } from '@jest/globals';

import { CheckLoop } from './check-loop.js';
import { EngineBench } from './testing/engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());
afterEach(() => {
  jest.restoreAllMocks();
});
beforeEach(async () => {
  await bench.reset();
  bench.readBack(1);
});

/** Brings somebody to the vendor, who accepts it. */
async function write(email: string, tags: readonly string[] = [], id?: string): Promise<string> {
  const contactId = bench.want(email, tags, id);
  await bench.record([bench.contact(contactId)]);
  await bench.untilIdle();
  return contactId;
}

const ADA = 'ada@example.com';

describe('an accepted write', () => {
  it('is confirmed when a look shows what was written', async () => {
    const ada = await write(ADA, ['gold']);
    expect(await bench.receipts()).toMatchObject([{ contact_id: ada, state: 'owed', reason: 'first' }]);
    bench.vendor.shows(ADA, { email: 'ADA@example.com', our_tags: 'gold' });
    await bench.nextReceipts();
    expect(await bench.receipts()).toMatchObject([{ state: 'confirmed', untold: ['tag'], code: null }]);
    expect(await bench.ledger(ada)).toMatchObject({ state: 'delivered', confirmed_at: expect.any(Date) });
  });

  it('is not read back any more once its connection is disconnected, though it was taken up before', async () => {
    await write(ADA);
    await write('grace@example.com');
    const { stop, run } = CheckLoop.prototype;
    const loops: Promise<unknown>[] = [];
    jest.spyOn(CheckLoop.prototype, 'run').mockImplementation(function (this: CheckLoop) {
      const loop = run.call(this);
      loops.push(loop);
      return loop;
    });
    const stopped = new Promise<void>((resolve) => {
      jest.spyOn(CheckLoop.prototype, 'stop').mockImplementation(function (this: CheckLoop) {
        stop.call(this);
        resolve();
      });
    });
    bench.vendor.before('read', async () => {
      await bench.disconnect();
      await stopped;
    });
    bench.vendor.log = [];
    await bench.hurryReceipts();
    await stopped;
    await Promise.all(loops);
    expect(bench.vendor.log).toEqual([expect.stringMatching(/^read /)]);
  });

  it('that is not there yet is looked for again before it counts as ignored', async () => {
    const ada = await write(ADA);
    for (let looks = 1; looks < 4; looks += 1) {
      await bench.nextReceipts();
      expect(await bench.receipts()).toMatchObject([{ state: 'owed', tries: looks }]);
    }
    bench.vendor.shows(ADA, { email: ADA });
    await bench.nextReceipts();
    expect(await bench.receipts()).toMatchObject([{ state: 'confirmed' }]);
    expect(await bench.ledger(ada)).toMatchObject({ present: true });
  });

  it('that never arrives is ignored, whatever history says, and the next event waits for the contact', async () => {
    const ada = await write(ADA);
    for (let looks = 0; looks < 4; looks += 1) await bench.nextReceipts();
    expect(await bench.receipts()).toMatchObject([{ state: 'ignored', code: 'vendor_ignored' }]);
    expect(await bench.ledger(ada)).toMatchObject({ present: false, state: 'ignored', confirmed_at: null });
    expect(await bench.settled(ada)).toEqual([{ kind: 'contact', state: 'delivered' }]);
    const { created, settled, open } = await bench.conservation();
    expect(settled + open).toBe(created);
    bench.vendor.log = [];
    await bench.record([bench.event(ada, 'bought')]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual([`upsert ${ADA} again`, `event bought ${ADA}`]);
  });

  it('of which a part does not arrive says what is missing and what is different', async () => {
    const ada = await write(ADA, ['gold']);
    bench.vendor.shows(ADA, { our_tags: 'silver' });
    for (let looks = 0; looks < 4; looks += 1) await bench.nextReceipts();
    expect(await bench.receipts()).toMatchObject([
      {
        state: 'ignored',
        code: 'receipt_incomplete',
        deviations: [{ part: 'field', name: 'our_tags', kind: 'different', wrote: 'gold', found: 'silver' }],
      },
    ]);
    expect(await bench.ledger(ada)).toMatchObject({ present: true, state: 'ignored' });
    bench.vendor.log = [];
    await bench.record([bench.contact(ada)]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual([`upsert ${ADA} again`]);
  });

  it('is neither confirmed nor ignored by looks that fail', async () => {
    const ada = await write(ADA);
    bench.vendor.shows(ADA, {});
    for (let looks = 0; looks < 6; looks += 1) {
      bench.vendor.answer('read', { kind: 'unavailable', code: 'vendor_error' });
      await bench.nextReceipts();
    }
    expect(await bench.receipts()).toMatchObject([{ state: 'undecided', code: 'vendor_error', tries: 0 }]);
    expect(await bench.ledger(ada)).toMatchObject({ state: 'delivered', confirmed_at: null });
  });

  it('that was written again while the vendor was asked is looked at anew', async () => {
    await write(ADA);
    bench.vendor.shows(ADA, { email: ADA });
    bench.vendor.before('read', () => bench.touchLedger());
    await bench.nextReceipts();
    expect(await bench.receipts()).toMatchObject([{ state: 'owed', tries: 0 }]);
    await bench.nextReceipts();
    expect(await bench.receipts()).toMatchObject([{ state: 'confirmed' }]);
  });

  it('gives way to a newer write of the same contact', async () => {
    const ada = await write(ADA);
    await bench.nextReceipts();
    bench.chance = 0;
    await write(ADA, ['gold'], ada);
    expect(await bench.receipts()).toMatchObject([{ contact_id: ada, state: 'owed', tries: 0 }]);
  });

  it('that is taken back is owed no look', async () => {
    const ada = await write(ADA);
    bench.unwant(ada);
    await bench.record([bench.contact(ada)]);
    await bench.untilIdle();
    bench.vendor.log = [];
    await bench.nextReceipts();
    expect(await bench.receipts()).toEqual([]);
    expect(bench.vendor.log).toEqual([]);
  });

  it('whose contact was refused since is owed no look', async () => {
    const ada = await write(ADA);
    bench.vendor.answer('upsert', { kind: 'refused', code: 'contact_refused' });
    await write(ADA, ['gold'], ada);
    bench.vendor.log = [];
    await bench.nextReceipts();
    expect(await bench.receipts()).toEqual([]);
    expect(bench.vendor.log).toEqual([]);
  });

  it('is not decided while its contact is in hand: what was seen may be of the past', async () => {
    const ada = await write(ADA);
    bench.vendor.shows(ADA, { email: ADA });
    bench.vendor.before('read', () => bench.claimAsIfKilled([bench.contact(ada)]));
    await bench.nextReceipts();
    expect(await bench.receipts()).toMatchObject([{ state: 'owed', tries: 0 }]);
    await bench.expireAllDrains();
  });

  it('that the vendor confirmed by itself needs no look', async () => {
    bench.vendor.answer('upsert', { kind: 'confirmed', written: { email: ADA } });
    await write(ADA);
    expect(await bench.receipts()).toEqual([]);
  });
});

describe('the sample', () => {
  it('has the first ten always, and of the others those that are drawn', async () => {
    bench.readBack(10);
    bench.chance = 0.1;
    for (let person = 0; person < 12; person += 1) await write(`p${person}@example.com`);
    expect((await bench.receipts()).map(({ reason }) => reason)).toEqual(Array(10).fill('first'));
    bench.chance = 0.0999;
    await write('drawn@example.com');
    expect((await bench.receipts()).at(-1)).toMatchObject({ reason: 'sampled', state: 'owed' });
  });

  it('is forgotten after a while, and the first ten are not begun anew', async () => {
    bench.readBack(100);
    const emails = Array.from({ length: 12 }, (_, person) => `p${person}@example.com`);
    for (const email of emails) {
      await write(email);
      bench.vendor.shows(email, { email });
    }
    await bench.nextReceipts();
    await bench.forgetReceipts();
    expect((await bench.receipts()).map(({ reason }) => reason)).toEqual(Array(10).fill('first'));
    // All of them are decided by now, and still they were the first.
    await write('later@example.com');
    expect((await bench.receipts()).at(-1)).toMatchObject({ state: 'owed', reason: 'sampled' });
  });

  it('of nothing still has the first ten, also when they come at once', async () => {
    bench.readBack(0);
    bench.chance = 0;
    const people = Array.from({ length: 25 }, (_, person) => bench.want(`p${person}@example.com`));
    await bench.record(people.map((id) => bench.contact(id)));
    await bench.untilIdle();
    expect((await bench.receipts()).map(({ reason }) => reason)).toEqual(Array(10).fill('first'));
  });
});
