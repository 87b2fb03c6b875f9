import { interleavings } from './testing/interleavings.js';
import type { BrokenStatement } from './testing/model-tables.js';
import { historyOf, inWords, tryHistories } from './testing/proof.js';
import { PROOFS } from './testing/proofs.js';
import { hotContact } from './testing/strict-order.js';

/** Another one every time; a failure names it. */
const SEED = Number(process.env['PROOFS_SEED'] ?? Date.now() % 1_000_000_000);
/** Generous: they take seconds, and the machine may be busy. */
const PATIENCE_MS = 300_000;

describe('rules without I/O', () => {
  it.each(PROOFS.map(({ property, histories }) => [property.promise, property, histories.ci] as const))(
    '%s',
    (_promise, property, count) => {
      const { histories, counterexample } = tryHistories(property, { seed: SEED, count });
      expect(counterexample === undefined ? undefined : inWords(property, counterexample)).toBeUndefined();
      expect(histories).toBe(count);
    },
    PATIENCE_MS,
  );

  it(
    'a contact with 100,000 pending events gets them in order',
    () => {
      const { violation, arrived } = hotContact(SEED, 100_000);
      expect(violation).toBeUndefined();
      // All but those that the vendor refused, or that may not be repeated.
      expect(arrived).toBeGreaterThan(99_000);
    },
    PATIENCE_MS,
  );
});

describe('a history', () => {
  it.each(PROOFS.map(({ property }) => [property.name, property] as const))(
    'of %s is the same, byte by byte, whenever it is replayed',
    (_name, property) => {
      const codes = historyOf(SEED, property.length);
      const [once, again] = [property.hold(codes, true), property.hold([...codes], true)];
      expect(once.trace.length).toBeGreaterThan(0);
      expect(again.trace.join('\n')).toBe(once.trace.join('\n'));
    },
    PATIENCE_MS,
  );

  it('that breaks a promise is made short, and its seed finds it again', () => {
    const property = interleavings('a fence that ignores the tail');
    const { counterexample } = tryHistories(property, { seed: 1, count: 1_000 });
    expect(counterexample?.violation).toBe('a lane went and left deliveries behind');
    expect(counterexample?.codes.length).toBeLessThanOrEqual(4);
    const again = tryHistories(property, { seed: counterexample?.seed ?? 0, count: 1 });
    expect(again.counterexample).toEqual(counterexample);
  });
});

describe('without one of the rules that the statements hold', () => {
  const found: readonly (readonly [BrokenStatement, RegExp])[] = [
    ['no lease check at completion', /completed a lane that it does not hold/],
    ['lanes freed without a mark on the drain', /completed a lane that it does not hold/],
    ['no sweep', /never comes to its end/],
    ['no rewrite after an expired lease', /wanted is|missing at|left behind/],
    ['a fence that ignores the tail', /left deliveries behind/],
    ['a held lane stays held', /never comes to its end/],
    ['claims what is in hand', /for a lane that|completed a lane that it does not hold/],
  ];

  it.each(found)(
    'it is found out: %s',
    (broken, violation) => {
      const property = interleavings(broken);
      for (let seed = 1; seed <= 20_000; seed += 1) {
        const told = property.hold(historyOf(seed, property.length), false);
        if (told.violation === undefined) continue;
        expect(told.violation).toMatch(violation);
        return;
      }
      throw new Error('Nobody noticed.');
    },
    PATIENCE_MS,
  );
});
