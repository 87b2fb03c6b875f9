import { highestTier } from '../tags/tier.js';

/** Who is in the audience has the tier. */
export interface TierRule {
  readonly audience: { readonly id: string; readonly name: string };
  readonly tier: string;
}

/** Where the tier of a part in a campaign comes from. */
export interface StandingTier {
  /** What counts. */
  readonly tier: string | null;
  /** What follows from the audience; null when the person is in none that means a tier, or was never seen. */
  readonly audienceTier: string | null;
  /** The vendor's id of that audience. */
  readonly audienceId: string | null;
}

/**
 * The tier that counts: the higher one of what was given (by invite, import or API) and what follows from the audiences the
 * person was last seen in. Nobody falls below what they were promised, and nobody falls because a vendor did not answer.
 *
 * @param rules the highest tier first
 * @param audiences of the latest successful look; null before the first
 */
export function standingTier(
  rules: readonly TierRule[],
  given: string | null,
  audiences: readonly string[] | null,
): StandingTier {
  const rule = rules.find(({ audience }) => audiences?.includes(audience.id) === true);
  const audienceTier = rule?.tier ?? null;
  return {
    tier: higherTier(rules, given, audienceTier),
    audienceTier,
    audienceId: rule?.audience.id ?? null,
  };
}

/** Of two tiers that the rules name the one that stands further up; of others the one that is higher everywhere else. */
export function higherTier(
  rules: readonly TierRule[],
  one: string | null,
  other: string | null,
): string | null {
  if (one === null || other === null) return one ?? other;
  const [first, second] = [one, other].map((tier) => rules.findIndex((rule) => rule.tier === tier));
  if (first !== undefined && second !== undefined && first >= 0 && second >= 0) {
    return first <= second ? one : other;
  }
  return highestTier([one, other]) ?? null;
}

export interface TierOrigin {
  readonly tier: string | null;
  readonly given: string | null;
  readonly audience: { readonly name: string; readonly tier: string } | null;
}

/** Whether the tier that counts follows from an audience alone. */
export function isFromAudience({ tier, given, audience }: TierOrigin): boolean {
  return audience !== null && audience.tier === tier && given !== tier;
}

/** Why it is this tier, in words; null when there is neither a tier nor anything it could follow from. */
export function tierReason(origin: TierOrigin): string | null {
  const { tier, given, audience } = origin;
  if (tier === null) return null;
  if (audience === null) return `“${tier}” was given to this affiliate.`;
  const from = `the audience “${audience.name}”`;
  if (given === null) return `“${tier}” follows from ${from}.`;
  if (given === audience.tier)
    return `“${tier}” was given to this affiliate, and follows from ${from} as well.`;
  return isFromAudience(origin)
    ? `“${tier}” follows from ${from}. It is higher than “${given}”, which was given to this affiliate.`
    : `“${tier}” was given to this affiliate. It is higher than “${audience.tier}”, which follows from ${from}.`;
}
