import { EngineBench } from './testing/engine-bench.js';
import { eventually } from './testing/pace-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

describe('a contact that waits for room at the vendor', () => {
  it('is ready a little before there is room again, and nobody is let through until then', async () => {
    const contact = bench.want('ada@example.com');
    bench.vendor.answer('upsert', {
      kind: 'throttled',
      code: 'vendor_throttled',
      family: 'main',
      // Told in the vendor's own way: neither status nor headers say it.
      status: 400,
      until: new Date(Date.now() + 60_000),
    });
    await bench.record([bench.contact(contact)]);
    await bench.untilIdle();
    await eventually(async () => expect(await bench.closedForMs('main')).toBeGreaterThan(30_000));
    const [lane, family] = [await bench.dueInMs(), await bench.closedForMs('main')];
    expect(lane).toBeGreaterThan(30_000);
    expect(lane).toBeLessThan(60_000 - 1_000);
    expect(family).toBeGreaterThan(lane + 1_000);
  });
});
