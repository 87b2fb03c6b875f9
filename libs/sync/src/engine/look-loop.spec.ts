import { randomUUID } from 'node:crypto';

import { EngineBench } from './testing/engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** Brings the next look of everybody forward, and waits until it is done. */
async function nextLook(): Promise<void> {
  await bench.hurryLooks();
  await bench.untilIdle();
}

describe('somebody who is watched', () => {
  it('is looked up although nothing was ever written there, told of, and looked up again later', async () => {
    const ada = randomUUID();
    bench.watch.start(ada, 'ada@example.com');
    bench.vendor.isIn('ada@example.com', '8', '9');
    await bench.oweLook(ada);
    await nextLook();
    expect(bench.vendor.log).toEqual(['read ada@example.com']);
    expect(bench.watch.log).toEqual(['seen ada@example.com [8,9]']);
    // An hour, give or take a tenth.
    expect(await bench.looksIn()).toEqual([55]);
    await nextLook();
    expect(bench.watch.log).toHaveLength(2);
  });

  it('is let go when nobody watches any more', async () => {
    const ada = randomUUID();
    bench.watch.start(ada, 'ada@example.com');
    bench.vendor.isIn('ada@example.com', '8');
    await bench.oweLook(ada);
    await nextLook();
    bench.watch.stop(ada);
    await nextLook();
    expect(bench.watch.log).toHaveLength(1);
    expect(await bench.looksIn()).toEqual([]);
  });

  it('shares one look with a field that may only fill a gap', async () => {
    const ada = bench.want('ada@example.com');
    bench.watch.start(ada, 'ada@example.com');
    bench.vendor.defer('created_at');
    bench.vendor.isIn('ada@example.com', '8');
    await bench.record([bench.contact(ada)]);
    await bench.untilIdle();
    await bench.oweLook(ada);
    await nextLook();
    expect(bench.vendor.log).toEqual([
      'upsert ada@example.com',
      'read ada@example.com',
      'upsert ada@example.com seen',
    ]);
    expect(bench.watch.log).toEqual(['seen ada@example.com [8]']);
  });

  it.each([
    ['is not there', 'contact_not_found', undefined],
    ['cannot be asked about', 'vendor_error', 'fails'],
    ['is there, and nothing is said about audiences', 'answer_unknown', 'silent'],
  ] as const)(
    'who %s is left as known after several looks, and looked up again later',
    async (_, code, how) => {
      const ada = randomUUID();
      bench.watch.start(ada, 'ada@example.com');
      if (how !== undefined) bench.vendor.shows('ada@example.com', {});
      await bench.oweLook(ada);
      const failure = { kind: 'unavailable', code: 'vendor_error' } as const;
      if (how === 'fails') for (let looks = 0; looks < 2; looks += 1) bench.vendor.answer('read', failure);
      await bench.hurryLooks();
      await bench.untilLooksWait();
      expect(bench.watch.log).toEqual([]);
      await bench.hurryLooks(5);
      await bench.untilIdle();
      expect(bench.watch.log).toEqual([`unseen ada@example.com ${code}`]);
      expect(await bench.looksIn()).toEqual([55]);
    },
  );
});
