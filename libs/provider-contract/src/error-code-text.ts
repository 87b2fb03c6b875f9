/** Who has to act. */
export type Party = 'merchant' | 'vendor' | 'us';

/**
 * - `automatic`: the engine tries again by itself.
 * - `after_change`: trying again makes sense once data or configuration changed.
 * - `never`: this item will not be tried again.
 */
export type RetryRule = 'automatic' | 'after_change' | 'never';

export interface ErrorCodeText {
  readonly party: Party;
  readonly retry: RetryRule;
  /** What happened, in a few words. */
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}
