const LADDER = ['starter', 'basic', 'standard', 'bronze', 'silver', 'gold', 'platinum', 'diamond', 'elite'];

/**
 * The highest of several tiers. Tiers are the merchant's own words: well-known ladders (bronze, silver, gold, …) count
 * as such, tiers with a number ("Tier 2", "10 %") go by the number, and everything else by the alphabet. Numbers are
 * higher than other words, known rungs higher than both.
 */
export function highestTier(tiers: readonly (string | null)[]): string | undefined {
  return tiers
    .filter((tier): tier is string => tier !== null && tier.trim() !== '')
    .sort(compareTiers)
    .at(-1);
}

function compareTiers(one: string, other: string): number {
  const [rungA, rungB] = [rung(one), rung(other)];
  const [numberA, numberB] = [numberIn(one), numberIn(other)];
  return rungA - rungB || numberA - numberB || (one < other ? -1 : one > other ? 1 : 0);
}

const rung = (tier: string): number => LADDER.indexOf(tier.trim().toLowerCase());
const numberIn = (tier: string): number => Number(/\d+(?:\.\d+)?/.exec(tier)?.[0] ?? -1);
