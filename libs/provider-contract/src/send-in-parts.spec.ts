import { refusedTogether } from './failures.js';
import type { Outcome } from './outcome.js';
import { sendInParts } from './send-in-parts.js';

const REFUSED: Outcome = { kind: 'refused', code: 'contact_refused' };
const TAKEN: Outcome = { kind: 'accepted' };

interface Told {
  readonly outcomes: ReadonlyMap<object, Outcome>;
  /** Every call, by how many items it held. */
  readonly calls: readonly number[];
  /** How many calls had been made when the last item that is not at fault was taken. */
  readonly othersAfter: number;
}

/** A vendor that refuses each request in which one of these is, and names nobody. */
async function sent(
  count: number,
  bad: readonly number[],
  over: (call: number) => Outcome | undefined = () => undefined,
): Promise<Told> {
  const items = Array.from({ length: count }, (_, number) => ({ number }));
  const outcomes = new Map<object, Outcome>();
  const calls: number[] = [];
  let othersAfter = 0;
  const culprits = new Set(bad);
  const isBad = ({ number }: { number: number }): boolean => culprits.has(number);
  await sendInParts(items, {
    together: async (part) => {
      calls.push(part.length);
      const whole = over(calls.length) ?? (part.some(isBad) ? refusedTogether(REFUSED as never) : TAKEN);
      return { outcomes: part.map(() => whole), report: calls.length };
    },
    alone: async (item) => {
      calls.push(1);
      return { outcome: over(calls.length) ?? (isBad(item) ? REFUSED : TAKEN), report: calls.length };
    },
    tell: (item, outcome, report) => {
      if (outcomes.has(item)) throw new Error(`${item.number} was told twice`);
      outcomes.set(item, outcome);
      if (!isBad(item)) othersAfter = Math.max(othersAfter, report ?? 0);
    },
  });
  expect(outcomes.size).toBe(count);
  const wrong = items.filter((item) => outcomes.get(item) !== (isBad(item) ? REFUSED : TAKEN));
  if (over(Infinity) === undefined) expect(wrong).toEqual([]);
  return { outcomes, calls, othersAfter };
}

describe('a batch that is refused with nobody named', () => {
  it('costs the others eleven further requests at the most when one of a thousand is at fault, wherever it stands', async () => {
    let most = { calls: 0, othersAfter: 0 };
    for (let bad = 0; bad < 1000; bad += 1) {
      const { calls, othersAfter } = await sent(1000, [bad]);
      most = {
        calls: Math.max(most.calls, calls.length),
        othersAfter: Math.max(most.othersAfter, othersAfter),
      };
    }
    expect(most).toEqual({ calls: 13, othersAfter: 12 });
  });

  it.each([1, 2, 3, 5, 50, 250])(
    'is divided until the one at fault has an answer of its own: %i items',
    async (count) => {
      for (let bad = 0; bad < count; bad += 1) await sent(count, [bad]);
    },
  );

  it.each([
    ['several are at fault', 1000, [3, 4, 500, 999]],
    ['all of one half are', 16, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['all but one are', 40, Array.from({ length: 39 }, (_, index) => index)],
  ])('tells everybody apart when %s', async (_, count, bad) => {
    await sent(count, bad);
  });

  it('goes one by one when nobody is taken at all, instead of halving for each', async () => {
    const { calls } = await sent(
      1000,
      Array.from({ length: 1000 }, (_, index) => index),
    );
    expect(calls.length).toBeLessThan(1060);
  });

  it('goes on halving when few of many are at fault', async () => {
    const { calls } = await sent(1000, [10, 200, 410, 600, 890]);
    expect(calls.length).toBeLessThan(80);
  });

  it('costs nothing where it is not refused', async () => {
    expect((await sent(1000, [])).calls).toEqual([1000]);
  });
});

describe('an answer that never came', () => {
  const LOST: Outcome = { kind: 'ambiguous', code: 'vendor_timeout' };

  it('is not divided', async () => {
    const { calls, outcomes } = await sent(100, [7], () => LOST);
    expect(calls).toEqual([100]);
    expect(new Set([...outcomes.values()])).toEqual(new Set([LOST]));
  });

  it('in the middle of a search ends it: what was not sent again is told so, with what had got in', async () => {
    const { calls, outcomes } = await sent(8, [7], (call) =>
      call === 3 || call === Infinity ? LOST : undefined,
    );
    expect(calls).toEqual([8, 4, 2]);
    const kinds = [...outcomes.values()].map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(
      [...Array(4).fill('accepted'), 'ambiguous', 'ambiguous', 'unavailable', 'unavailable'].sort(),
    );
    expect([...outcomes.values()]).toContainEqual(expect.objectContaining({ code: 'send_withheld' }));
  });
});

it('A vendor that asks for patience for one item of a call is not asked about the others again', async () => {
  const told: Outcome[] = [];
  const items = [{ number: 0 }, { number: 1 }, { number: 2 }];
  const throttled: Outcome = { kind: 'throttled', code: 'vendor_throttled', family: 'all' };
  const written = { email: 'a@example.com' };
  await sendInParts(items, {
    together: async () => ({
      outcomes: [
        { ...refusedTogether(REFUSED as never), written },
        refusedTogether(REFUSED as never),
        throttled,
      ],
      report: 1,
    }),
    alone: () => Promise.reject(new Error('sent again')),
    tell: (_, outcome) => told.push(outcome),
  });
  expect(told).toEqual([throttled, { ...throttled, written }, throttled]);
});
