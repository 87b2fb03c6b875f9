import type { Passenger as AnyPassenger } from '@rekomi/provider-contract';
import type { OptOuts, UserPlan } from './braze.mapping.js';

/**
 * `undecided`: so far only the group was looked at. `new`: nobody has the address, so that the group can be given with
 * the user. `set`: nothing stands against it, by a call of its own.
 */
export type Joining = 'undecided' | 'new' | 'set' | 'there' | 'opted_out' | 'unknown';

/** One contact on its way. One alone and many at once go the same way. */
export interface Passenger extends AnyPassenger {
  readonly plan: UserPlan;
  /** Group → how the person joins it, as looks showed. */
  readonly joinings: Map<string, Joining>;
  /** What the person opted out of under the address that was left, or that nobody may know. */
  left?: OptOuts | 'unseen';
  /** Nobody has the address, as a look showed. */
  nobody?: boolean;
}

/** Opt-outs that a user who is made now has to begin with. Who is there already has a state of their own. */
export function carriedBy({ left, nobody }: Passenger): OptOuts {
  if (left === 'unseen') return nobody === false ? NO_OPT_OUTS : EVERYTHING;
  return left === undefined || nobody !== true ? NO_OPT_OUTS : left;
}

const NO_OPT_OUTS: OptOuts = { all: false, groups: [] };
const EVERYTHING: OptOuts = { all: true, groups: [] };
