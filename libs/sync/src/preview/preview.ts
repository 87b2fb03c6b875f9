import type { DesiredContact, ErrorCode, Outcome, Warning } from '@rekomi/provider-contract';

/** One request that a write would make. Bodies are kept to their first 16,384 characters; secrets are masked. */
export interface PreviewedRequest {
  /**
   * False: it could change something, and was not made. True: it only asks, and was made, so that what comes after it is
   * right.
   */
  readonly made: boolean;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The vendor's status, of those that were made. */
  readonly status?: number;
}

/** What would be done about one person. */
export type PreviewedAction =
  /** Nothing of ours is there yet. */
  | 'add'
  /** Brought up to date. */
  | 'update'
  /** What we added is removed. */
  | 'take_back'
  /** Nothing would be sent. */
  | 'nothing';

export interface PreviewedPerson {
  readonly contactId: string;
  readonly email: string;
  readonly action: PreviewedAction;
  /** The first sync leaves this person out for now: shown is what would be sent once they go. */
  readonly leftOut: boolean;
  /** What the vendor's copy is to be in the end; absent for somebody who is not meant to be there. */
  readonly wanted?: DesiredContact;
  /** In the order in which they would be made. */
  readonly requests: readonly PreviewedRequest[];
  /** After the last one shown, further ones may follow that depend on the vendor's answer to it. */
  readonly moreMayFollow: boolean;
  /** Why nothing would be sent, or no more than what is shown, where that is known already. */
  readonly outcome?: {
    readonly kind: Outcome['kind'];
    readonly code?: ErrorCode;
    readonly field?: string;
    readonly vendorMessage?: string;
  };
  readonly warnings: readonly Warning[];
}

/** Everybody whom the connection has to do with, each person in one of them. */
export interface PreviewCounts {
  /** Nothing of ours is there. */
  readonly new: number;
  /** There, and something of what is wanted differs from what was last written. */
  readonly changed: number;
  /** There, and as it was last written. */
  readonly unchanged: number;
  /** There, and no longer meant to be. */
  readonly takenBack: number;
  /** Not there, because the vendor refused them the last time. */
  readonly refused: number;
  /** Meant to be there, and left out by the first sync. */
  readonly leftOut: number;
}

export interface PreviewReport {
  readonly people: readonly PreviewedPerson[];
  readonly counts: PreviewCounts;
  /**
   * How many of those who are there were compared with what was last written. All of them: `changed` and `unchanged` are
   * exact. Fewer: the two are projected from these.
   */
  readonly compared: { readonly people: number; readonly of: number };
  /** Why people were refused the last time. */
  readonly refusals: readonly { readonly code: ErrorCode; readonly people: number }[];
  /**
   * Of those who are new, so many were held against the rules that are checked before anything is sent (a vendor's
   * published limits, consent). What the vendor alone can refuse is not among them.
   */
  readonly checked: {
    readonly people: number;
    readonly of: number;
    readonly refused: readonly { readonly code: ErrorCode; readonly people: number }[];
  };
  /** Bulk calls go instead of single ones where at least so many people are due at once. */
  readonly bulkFrom?: number;
}
