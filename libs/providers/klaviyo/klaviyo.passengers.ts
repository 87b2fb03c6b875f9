import type { JsonObject, Passenger as AnyPassenger, Steps } from '@rekomi/provider-contract';
import type { Marketing, ProfilePlan } from './klaviyo.mapping.js';

/** What became of the steps so far of one contact. */
export interface Progress extends Steps {
  /** Something was only taken and is done later. */
  readonly later?: true;
}

/** One contact on its way. One alone and many at once go the same way. */
export interface Passenger extends AnyPassenger<Progress> {
  readonly plan: ProfilePlan;
  /** Nothing is certain of what stands there already. */
  readonly unsure: boolean;
  /** What the person decided under the address that was left, where it holds for a profile that is made now. */
  left?: Marketing;
  /** Made by this very call: nothing stood there before us. */
  fresh?: boolean;
  /** The profile as the vendor answered it, once it is written. */
  profile?: JsonObject & { readonly id: string };
}
