import { PaceStore } from '../sql/pace.js';
import { SharedPlaces } from './shared-places.js';
import { PaceBench, eventually, never } from './testing/pace-bench.js';

let bench: PaceBench;

beforeAll(async () => {
  bench = await PaceBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.nextAccount());

/** What one process has of the account's places. */
function places(n: number, most: number): SharedPlaces {
  return new SharedPlaces(
    new PaceStore(bench.tenancy(n)),
    { account: bench.account, family: 'people' },
    most,
  );
}

/** As after many answers. */
async function warmPlaces(n: number, most: number): Promise<SharedPlaces> {
  const made = places(n, most);
  for (let answers = 0; answers < most; answers += 1) {
    await made.take(never);
    made.giveBack(true);
  }
  return made;
}

/** Takes for good; tells how many were had so far. */
function wanting(from: SharedPlaces, count: number): { readonly had: () => number } {
  let had = 0;
  for (let n = 0; n < count; n += 1) void from.take(never).then(() => (had += 1));
  return { had: () => had };
}

describe('places for requests under way', () => {
  it('are no more in all processes together than the account has', async () => {
    const processes = await Promise.all([warmPlaces(0, 5), warmPlaces(1, 5), warmPlaces(2, 5)]);
    const wants = processes.map((one) => wanting(one, 10));
    const had = (): number => wants.reduce((sum, one) => sum + one.had(), 0);
    await eventually(() => expect(had()).toBe(5));
    expect((await bench.lent()).reduce((sum, held) => sum + held, 0)).toBe(5);
    processes[0]?.giveBack(true);
    await eventually(() => expect(had()).toBe(6));
    await Promise.all(processes.map((one) => one.close()));
  });

  it('go from a process that has many to one that has none', async () => {
    const [first, second] = [await warmPlaces(0, 4), await warmPlaces(1, 4)];
    const many = wanting(first, 1_000);
    await eventually(() => expect(many.had()).toBe(4));
    const one = wanting(second, 2);
    // The requests of the first one end, and there are always more of them.
    let ended = 0;
    await eventually(() => {
      if (ended < many.had()) {
        ended += 1;
        first.giveBack(true);
      }
      expect(one.had()).toBe(2);
    });
    await Promise.all([first.close(), second.close()]);
  });

  it('come back when the process that had them is gone', async () => {
    const gone = places(0, 2);
    await gone.take(never);
    await gone.take(never);
    await gone.close();
    const next = wanting(places(1, 2), 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(next.had()).toBe(0);
    await bench.passMs(5_001);
    await eventually(() => expect(next.had()).toBe(2));
  });

  it('change hands when there is one for several processes', async () => {
    const [first, second] = [places(0, 1), places(1, 1)];
    const turns = [0, 0];
    let stop = false;
    const work = [first, second].map(async (one, index) => {
      while (!stop) {
        await one.take(never);
        turns[index] = (turns[index] ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        one.giveBack(true);
      }
    });
    await eventually(() => expect(Math.min(...turns)).toBeGreaterThan(0));
    expect((await bench.lent()).length).toBeLessThanOrEqual(1);
    stop = true;
    await Promise.all(work);
    await Promise.all([first.close(), second.close()]);
  });

  it('are few at first, and every answer allows one more', async () => {
    const one = places(0, 10);
    const wants = wanting(one, 10);
    await eventually(async () => expect((await bench.lent())[0]).toBe(10));
    // The database may say so before the answer is here.
    await eventually(() => expect(wants.had()).toBe(2));
    one.giveBack(true);
    await eventually(() => expect(wants.had()).toBe(4));
    one.giveBack(false);
    await eventually(() => expect(wants.had()).toBe(5));
    await one.close();
  });

  it('are given back when nothing is under way any more', async () => {
    const one = places(0, 3);
    await one.take(never);
    one.giveBack(true);
    await eventually(async () => expect(await bench.lent()).toEqual([]));
  });

  it('are asked for again by whoever comes after all who waited in vain have left', async () => {
    // A worker was killed, and its loan has not ended yet.
    let lent = 0;
    const asked: number[] = [];
    const store = {
      places: (_: unknown, { want }: { readonly want: number }) => {
        asked.push(want);
        return Promise.resolve({ held: Math.min(lent, want), mayUse: Math.min(lent, want) });
      },
    };
    const one = new SharedPlaces(store, { account: bench.account, family: 'people' }, 2);
    const stopped = new AbortController();
    const left = Promise.allSettled([one.take(stopped.signal)]);
    stopped.abort(new Error('connection stopped'));
    await left;
    // Its answer comes when nobody waits any more, so nothing is planned.
    await eventually(() => expect(asked.length).toBeGreaterThan(0));
    await new Promise((resolve) => setImmediate(resolve));
    lent = 2;
    const next = wanting(one, 1);
    await eventually(() => expect(next.had()).toBe(1));
    await one.close();
  });

  it('forget who stopped waiting, so that no place is lost to them', async () => {
    const one = places(0, 1);
    await one.take(never);
    const impatient = new AbortController();
    const left = one.take(impatient.signal);
    const patient = one.take(never);
    impatient.abort(new Error('lease lost'));
    await expect(left).rejects.toThrow('lease lost');
    one.giveBack(true);
    await expect(patient).resolves.toBeUndefined();
    await one.close();
  });
});
