/** How far what waits is counted, per provider: what a scrape costs must not follow the backlog. */
export const COUNTED_AT_MOST = 10_000;

/** In place of a provider's slug where a webhook endpoint is meant. */
export const WEBHOOK = 'webhook';

export interface SettledCount {
  /** Slug, or {@link WEBHOOK}. */
  readonly provider: string;
  readonly kind: string;
  readonly state: string;
  readonly deliveries: number;
}

/** What waits at one provider. A count of {@link COUNTED_AT_MOST} means: that many or more. */
export interface WaitingCount {
  readonly provider: string;
  /** Open deliveries: due, waiting, held and under way. */
  readonly pending: number;
  /** Contacts whose deliveries wait for other data, other configuration, or a person. */
  readonly held: number;
  /** For how long the work that waits longest has been due; 0: nothing is due. */
  readonly oldestDueSeconds: number;
}

export interface DeadLetterCount {
  readonly provider: string;
  /** Not discarded, and not made good by a later write, among those that were looked at. */
  readonly dead: number;
  readonly lookedAt: number;
}

export interface TargetCount {
  readonly provider: string;
  /** A connection's state, or an endpoint's. */
  readonly state: string;
  readonly targets: number;
}

/** The whole installation at one moment, all organisations together. Nothing in it names anybody. */
export interface EngineCounts {
  /** Since the first delivery. */
  readonly settled: readonly SettledCount[];
  /** Only providers with something pending. */
  readonly waiting: readonly WaitingCount[];
  /** Only providers with a row of this kind. */
  readonly deadLetters: readonly DeadLetterCount[];
  readonly targets: readonly TargetCount[];
  readonly drains: { readonly running: number; readonly oldestSeconds: number };
  /**
   * Transactions begun since the oldest snapshot that some session still holds: as long as it does, nothing that was
   * deleted meanwhile can be cleared away.
   */
  readonly oldestSnapshotTransactions: number;
}
