import type { Outcome } from '@rekomi/provider-contract';

import { EngineBench } from './testing/engine-bench.js';
import { ScriptedVendor } from './testing/scripted-vendor.js';

/** More connections than a process works at once. */
const HANGING = 20;

let bench: EngineBench;

beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());

/** A vendor that answers nobody until it is let go. */
class Hanging extends ScriptedVendor {
  asked = 0;
  letGo: () => void = () => undefined;
  private readonly until = new Promise<void>((resolve) => {
    this.letGo = resolve;
  });

  override async upsertContact(): Promise<Outcome> {
    this.asked += 1;
    await this.until;
    return { kind: 'accepted' };
  }
}

describe('vendors that hang', () => {
  it('hold up nobody else, although they are more than a process works at once', async () => {
    await bench.reset();
    const vendors = Array.from({ length: HANGING }, () => new Hanging());
    try {
      for (const [index, vendor] of vendors.entries()) {
        const connection = await bench.connectTo(vendor);
        await bench.record([bench.contact(bench.want(`hanging${index}@example.com`), connection)]);
      }
      await bench.until(async () => vendors.filter(({ asked }) => asked > 0).length >= 16);
      await bench.record([bench.contact(bench.want('healthy@example.com'))]);
      await bench.until(async () => (await bench.states())['contact delivered'] === 1);
      // And whoever hangs is asked as well: nobody stands in line behind them for ever.
      await bench.until(async () => vendors.every(({ asked }) => asked > 0));
      expect(await bench.states()).toEqual({ 'contact delivered': 1 });
    } finally {
      for (const vendor of vendors) vendor.letGo();
    }
  });
});
