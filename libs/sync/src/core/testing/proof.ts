import fc from 'fast-check';

/** What became of one history. */
export interface Told {
  /** Everything that happened, when it was asked for. The same history tells the same, byte by byte. */
  readonly trace: readonly string[];
  /** What was found that must never be; absent when all holds. */
  readonly violation?: string;
}

/** Something that holds for every history. A history is a list of numbers, each one thing that happens. */
export interface Property {
  readonly name: string;
  /** In words, for the one who reads the result. */
  readonly promise: string;
  readonly length: { readonly least: number; readonly most: number };
  hold(codes: readonly number[], traced: boolean): Told;
}

/** A history that breaks a property, made as short as it could be. */
export interface Counterexample {
  /** Gives this history again: `--seed`. */
  readonly seed: number;
  readonly codes: readonly number[];
  readonly violation: string;
  readonly trace: readonly string[];
}

export interface Tried {
  readonly histories: number;
  readonly counterexample?: Counterexample;
}

/** The history of a seed: numbers below 2^24 (mulberry32). */
export function historyOf(seed: number, { least, most }: Property['length']): number[] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 8) & 0xffffff;
  };
  next();
  const length = least + (next() % (most - least + 1));
  return Array.from({ length }, next);
}

/** Tries the histories of `count` seeds from `seed` on, until one breaks the property. */
export function tryHistories(
  property: Property,
  options: { readonly seed: number; readonly count: number },
): Tried {
  for (let index = 0; index < options.count; index += 1) {
    const seed = options.seed + index;
    const codes = historyOf(seed, property.length);
    if (property.hold(codes, false).violation === undefined) continue;
    return { histories: index + 1, counterexample: shortened(property, seed, codes) };
  }
  return { histories: options.count };
}

function shortened(property: Property, seed: number, codes: readonly number[]): Counterexample {
  const { counterexample } = fc.check(
    fc.property(
      fc.array(fc.nat(0xffffff), { maxLength: property.length.most, size: 'max' }),
      (fewer) => property.hold(fewer, false).violation === undefined,
    ),
    { examples: [[[...codes]]], numRuns: 1, seed },
  );
  const shortest = counterexample?.[0] ?? codes;
  const { trace, violation = 'gone when looked at again' } = property.hold(shortest, true);
  return { seed, codes: shortest, violation, trace };
}

/** For people: what went wrong, how to see it again, and what happened. */
export function inWords(property: Property, { seed, codes, violation, trace }: Counterexample): string {
  return [
    `${property.name}: ${violation}`,
    `again: npm run proofs -- --seed ${seed} --count 1 ${property.name}`,
    `shortest history: [${codes.join(', ')}]`,
    ...trace.map((line) => `  ${line}`),
  ].join('\n');
}
