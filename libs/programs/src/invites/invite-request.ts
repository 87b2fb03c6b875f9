import type { InputProblem } from '../program-problem.js';
import type { DeliveredBy, SuppressionReason } from './invite-statements.js';
import type { InviteMailTexts } from './invite-mail.js';

export const MOST_INVITES = 10_000;
export const DEFAULT_DAYS = 30;
export const MOST_DAYS = 365;

/** Invites any number of people into one campaign. */
export interface InviteRequest {
  /** Id or slug. */
  readonly campaign: string;
  /** Rows as they came; see `InviteRow`. */
  readonly people: readonly unknown[];
  /** For everybody without a tier of their own. */
  readonly tier?: string | null;
  /** For everybody, beside their own. */
  readonly tags?: readonly string[] | null;
  /** {@link DEFAULT_DAYS} unless told. */
  readonly expiresInDays?: number;
  /**
   * True unless told: whom the merchant invites the merchant wants, so accepting approves. False: accepting is an
   * application like any other, which the campaign's rules or a person decide.
   */
  readonly approveOnAccept?: boolean;
  /** `crm`: the merchant's own tool sends the link to this very address, which accepting then confirms. */
  readonly deliveredBy?: Exclude<DeliveredBy, 'mail'>;
  /** Who is invited already gets that many days again. */
  readonly extend?: boolean;
  /** Send the links by mail; `resend` also to those who were invited already. */
  readonly mail?: InviteMailTexts & { readonly resend?: boolean };
  /** In a word: `api`, `list`, `csv`, `customer-io`. */
  readonly source: string;
  /** Pointer of the person at an index; `#/invites/<index>` unless told. */
  readonly pointer?: (index: number) => string;
}

/** What became of one person, in the order of the rows. */
export type InviteOutcome =
  | {
      readonly outcome: 'invited' | 'already_invited';
      readonly email: string;
      readonly affiliateId: string;
      readonly inviteId: string;
      readonly expiresAt: string;
      readonly mailed: boolean;
    }
  | {
      /** Takes part already, or was turned down in a way that an invitation does not undo. */
      readonly outcome: 'already_affiliate' | 'already_applied' | 'rejected' | 'archived';
      readonly email: string;
      readonly affiliateId: string;
    }
  | { readonly outcome: 'suppressed'; readonly email: string; readonly reason: SuppressionReason }
  /** The same address stood in an earlier row of the call. */
  | { readonly outcome: 'duplicate'; readonly email: string; readonly of: number }
  | { readonly outcome: 'invalid'; readonly errors: readonly InputProblem[] };
