import type { Rate } from './rate.js';

/** Which conversions a component pays for. */
export type Occasion =
  /** The affiliate's first conversion in the campaign. */
  | 'first_of_affiliate'
  /** The first conversion of each customer. */
  | 'first_of_customer'
  | 'every';

/** One part of a commission. A hybrid plan has several; their amounts are added. */
export type Component =
  | { readonly kind: 'percentage'; readonly rate: Rate; readonly on: Occasion }
  /** In minor units of the terms' currency. */
  | { readonly kind: 'fixed'; readonly amount: number; readonly on: Occasion };

/** How long renewals of a customer go on earning, counted from the customer's first conversion. Whichever ends first. */
export interface Recurrence {
  readonly months?: number;
  /** Renewals that earn, the first conversion not counted. */
  readonly payments?: number;
}

/** What is paid in one currency. */
export interface Terms {
  /** ISO 4217. Conversions in another currency are refused, not converted. */
  readonly currency: string;
  readonly components: readonly Component[];
  /** In place of `components`, for affiliates of that tier. */
  readonly tiers: Readonly<Record<string, readonly Component[]>>;
  /** Null: renewals earn nothing. Empty: for ever. */
  readonly recurring: Recurrence | null;
}

export interface CommissionPlan {
  readonly name: string;
  readonly terms: Terms;
  /** The first one that names the customer's country counts in place of `terms`. */
  readonly regions: readonly {
    readonly name: string;
    /** ISO 3166-1 alpha-2, upper case. */
    readonly countries: readonly string[];
    readonly terms: Terms;
  }[];
}
