/** The laws that a run is held against. */
export type Law =
  /** The record itself is whole: without it nothing is proven. */
  | 'Evidence'
  /** What was acknowledged is committed, and every delivery of it is applied or ended in a named state. */
  | 'NoLoss'
  /** Nothing reaches a vendor that was refused or rolled back. */
  | 'NoPhantom'
  /** A person's items arrive in the order in which they were asked for; only the latest may come again. */
  | 'Order'
  /** Repeats have a fault to explain them, and none where the vendor drops them. */
  | 'Dup'
  /** In the end every vendor holds what the domain says. */
  | 'Converge'
  /** Every delivery is counted once, and nothing is left in anybody's hand. */
  | 'Conserve';

export interface Violation {
  readonly law: Law;
  readonly what: string;
}
