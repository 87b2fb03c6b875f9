import { LONGEST_TIER } from '../affiliates/affiliate-input.js';
import { cleanText } from '../names/clean-text.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';

export const MOST_AUDIENCE_TIERS = 50;
export const DEFAULT_REFRESH_HOURS = 24;
export const MOST_REFRESH_HOURS = 168;

export interface AudienceTiersInput {
  readonly tiers: readonly { readonly audience: { readonly id: string }; readonly tier: string }[];
  readonly refreshHours?: number | null;
}

export interface ReadAudienceTiers {
  /** The highest first. */
  readonly tiers: readonly { readonly audienceId: string; readonly tier: string }[];
  readonly refreshHours: number;
}

/** Each audience once, each with a tier; the order says which is higher. */
export function readAudienceTiers(input: AudienceTiersInput): ProgramResult<ReadAudienceTiers> {
  const errors: InputProblem[] = [];
  const wrong = (pointer: string, code: string, detail: string): void => {
    errors.push({ pointer, code, detail });
  };
  const { tiers: rows } = input;
  if (rows.length === 0 || rows.length > MOST_AUDIENCE_TIERS) {
    wrong('#/tiers', 'invalid_value', `Name 1 to ${MOST_AUDIENCE_TIERS} audiences.`);
  }
  const seen = new Map<string, number>();
  const tiers = rows.map((row, index) => {
    const audienceId = row.audience.id.trim();
    const tier = cleanText(row.tier);
    const at = `#/tiers/${index}`;
    const earlier = seen.get(audienceId);
    if (audienceId === '') wrong(`${at}/audience/id`, 'required', 'Name the audience by the vendor’s id.');
    else if (earlier !== undefined) {
      wrong(`${at}/audience/id`, 'duplicate', `The audience stands in #/tiers/${earlier} already.`);
    } else seen.set(audienceId, index);
    if (tier === '') wrong(`${at}/tier`, 'required', 'Name the tier.');
    if ([...tier].length > LONGEST_TIER) {
      wrong(`${at}/tier`, 'too_long', `At most ${LONGEST_TIER} characters.`);
    }
    return { audienceId, tier };
  });
  const refreshHours = input.refreshHours ?? DEFAULT_REFRESH_HOURS;
  if (!Number.isInteger(refreshHours) || refreshHours < 1 || refreshHours > MOST_REFRESH_HOURS) {
    const detail = `A whole number of hours from 1 to ${MOST_REFRESH_HOURS}.`;
    wrong('#/refreshHours', 'invalid_value', detail);
  }
  return errors.length > 0 ? denied({ reason: 'invalid', errors }) : granted({ tiers, refreshHours });
}
