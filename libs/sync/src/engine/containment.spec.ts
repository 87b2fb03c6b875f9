import type { ContactChange, Outcome, ProviderAccess, ProviderManifest } from '@rekomi/provider-contract';

import { EngineBench } from './testing/engine-bench.js';
import { ScriptedVendor } from './testing/scripted-vendor.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await EngineBench.open({ callLimitMs: 300 });
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

type Bulk = (changes: readonly ContactChange[]) => Promise<readonly Outcome[]>;

/** A vendor that takes everything, and a provider that does something else with many at once. */
class Broken extends ScriptedVendor {
  constructor(private readonly many: Bulk) {
    super();
  }

  override upsertContacts(_: ProviderAccess, changes: readonly ContactChange[]): Promise<readonly Outcome[]> {
    return this.many(changes);
  }
}

class Lying extends ScriptedVendor {
  override readonly manifest: ProviderManifest;

  constructor(lie: (manifest: ProviderManifest) => ProviderManifest) {
    super();
    this.manifest = lie(new ScriptedVendor().manifest);
  }
}

const ACCEPTED: Outcome = { kind: 'accepted' };
const CROWD = 30;

/** As many contacts at the broken connection as at the good one; @returns the id of the broken one. */
async function besideAGoodOne(provider: ScriptedVendor): Promise<string> {
  const broken = await bench.connectTo(provider);
  const people = Array.from({ length: CROWD }, (_, index) => bench.want(`p${index}@example.com`));
  await bench.record(people.flatMap((one) => [bench.contact(one, broken), bench.contact(one)]));
  await bench.until(async () => (await bench.states())['contact delivered'] === CROWD);
  return broken;
}

describe('a provider that breaks its contract for many at once', () => {
  it.each<[string, Bulk]>([
    ['throws', () => Promise.reject(new TypeError('undefined is not a function'))],
    ['never answers', () => new Promise(() => undefined)],
    ['answers for one too few', async (changes) => changes.slice(1).map(() => ACCEPTED)],
    ['answers for one too many', async (changes) => [...changes.map(() => ACCEPTED), ACCEPTED]],
    ['answers nothing', () => Promise.resolve(undefined as never)],
  ])('and %s holds up nobody else, and its own deliveries say so', async (_, many) => {
    const broken = await besideAGoodOne(new Broken(many));
    await bench.until(async () => (await bench.failing(broken)).attempts >= 1);
    expect(await bench.failing(broken)).toMatchObject({ codes: ['provider_fault'], lanes: CROWD });
    expect(await bench.states(broken)).toEqual({});
    expect(bench.faults.length).toBeGreaterThan(0);
    expect(bench.connectionState()).toBe('verified');
  });

  it('and blames a batch that nobody refused is asked about each of them alone', async () => {
    const broken = await besideAGoodOne(
      new Broken(async (changes) =>
        changes.map(() => ({ kind: 'refused', code: 'contact_refused', wholeBatch: true })),
      ),
    );
    await bench.until(async () => (await bench.states(broken))['contact delivered'] === CROWD);
    expect(bench.faults).toEqual([]);
  });
});

describe('a provider that lies in its manifest', () => {
  it.each<[string, (manifest: ProviderManifest) => ProviderManifest]>([
    [
      'about the size of its batches',
      ({ capabilities, ...rest }) => ({
        ...rest,
        capabilities: { ...capabilities, bulk: { ...capabilities.bulk!, maximumItems: 0 } },
      }),
    ],
    [
      'about its pace',
      ({ limits, ...rest }) => ({
        ...rest,
        limits: { main: { ...limits['main']!, usual: { requests: 0, perMs: 0, kind: 'smooth' } } },
      }),
    ],
    ['by leaving out what it writes', ({ writes: _, ...rest }) => rest as ProviderManifest],
  ])('%s holds up nobody else, and its connection asks for attention', async (_, lie) => {
    const broken = await besideAGoodOne(new Lying(lie));
    await bench.until(async () => bench.connectionState(broken) === 'needs_attention');
    expect(await bench.failing(broken)).toMatchObject({ lanes: CROWD });
    expect(bench.faults[0]).toContain('manifest');
    expect(bench.connectionState()).toBe('verified');
  });

  it('about what it can do with many at once has them written one by one', async () => {
    const alone = new ScriptedVendor();
    Object.assign(alone, { upsertContacts: undefined });
    const broken = await besideAGoodOne(alone);
    await bench.until(async () => (await bench.states(broken))['contact delivered'] === CROWD);
    expect(bench.faults).toEqual([]);
  });
});
