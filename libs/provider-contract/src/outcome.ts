import type { ContactSnapshot, WrittenDelta } from './contact.js';
import type { ErrorCode } from './error-codes.js';

/** Something optional that did not make it while the contact did: shown to the merchant, never a failure. */
export interface Warning {
  readonly code: ErrorCode;
  /** The vendor's name of the field, where one is concerned. */
  readonly field?: string;
  /** In words, with the value that was dropped or cut described, never with a secret in it. */
  readonly detail: string;
}

interface OutcomeBase {
  /** What was written before the outcome was known; kept even when the outcome is a failure. */
  readonly written?: WrittenDelta;
  readonly warnings?: readonly Warning[];
  /** The region that answered, when it turned out to be another one than `access.region`. The engine stores it. */
  readonly region?: string;
  /**
   * For bulk calls: this item's own part of the request and of the answer. The engine stores it as this contact's
   * exchange, so that one person's record never holds another person's data.
   */
  readonly slice?: { readonly request: unknown; readonly answer?: unknown };
}

interface SuccessBase extends OutcomeBase {
  /**
   * Fields (vendor's names) that were held back because writing them is right only if they are missing at the vendor.
   * The engine looks at the contact within the vendor's read limits and writes again when one of them is missing.
   */
  readonly deferred?: readonly string[];
}

interface FailureBase extends OutcomeBase {
  readonly code: ErrorCode;
  /** The vendor's own words, verbatim, shortened to 500 characters. */
  readonly vendorMessage?: string;
  /** HTTP status, where an answer came. */
  readonly status?: number;
}

/** The vendor took it. Many vendors answer 200 before doing anything, so this is less than `confirmed`. */
export interface Accepted extends SuccessBase {
  readonly kind: 'accepted';
}
/** Done: the vendor said so in its answer, or it was read back and is equal. */
export interface Confirmed extends SuccessBase {
  readonly kind: 'confirmed';
}
/** Nothing had to be sent, or the vendor says that nothing changed. */
export interface Unchanged extends SuccessBase {
  readonly kind: 'unchanged';
}
/** Taken with a success status and verifiably not applied. */
export interface Ignored extends FailureBase {
  readonly kind: 'ignored';
}
/** The vendor (or our own check of its published limits) will not take this item, however often it is sent. */
export interface Refused extends FailureBase {
  readonly kind: 'refused';
  /** The field at fault, by the vendor's name. */
  readonly field?: string;
  /**
   * Of bulk calls only: the vendor refused the request that held this item as a whole, took nothing of it, and named
   * nobody, so that nothing is known of this item. Such items are sent again in parts (`sendInParts`) until the one at
   * fault stands alone. Never after a missing answer: that is `ambiguous`.
   */
  readonly wholeBatch?: true;
}
/** Too fast, or a quota is used up. Nothing was written by this call. Uses up no attempt. */
export interface Throttled extends FailureBase {
  readonly kind: 'throttled';
  /** Absent when the vendor did not say; the engine then slows down by itself. */
  readonly until?: Date;
  /** The endpoint family (manifest `limits`) that is exhausted. */
  readonly family: string;
}
/** The vendor did not take it for reasons that pass: no connection, 5xx, maintenance. Certainly not applied, or harmless if it was. */
export interface Unavailable extends FailureBase {
  readonly kind: 'unavailable';
}
/** Bytes were sent and no (complete) answer came: it may or may not have been applied. */
export interface Ambiguous extends FailureBase {
  readonly kind: 'ambiguous';
}
/** The credentials are not accepted (any more). Pauses the connection and burns nothing. */
export interface Unauthorised extends FailureBase {
  readonly kind: 'unauthorised';
  /** Which credential field of the manifest. */
  readonly credential?: string;
}
/** The connection's configuration names something that does not exist (any more), for instance a deleted audience. */
export interface Misconfigured extends FailureBase {
  readonly kind: 'misconfigured';
  /** Which setting, for instance `audience`. */
  readonly setting: string;
  /** The vendor's id of the audience that is gone, where it is one and the answer tells which. */
  readonly audience?: string;
}

export type Success = Accepted | Confirmed | Unchanged;
export type Failure = Refused | Throttled | Unavailable | Ambiguous | Unauthorised | Misconfigured;

/**
 * What became of one write. A closed union: a switch over `kind` must be exhaustive. Expected failures are values;
 * throwing means a bug. One rule has no exception: without a positive sign from the vendor *for this very item* the
 * outcome is not a success.
 */
export type Outcome = Success | Ignored | Failure;

/** What a look at one contact showed. */
export type ContactReading =
  { readonly kind: 'found'; readonly snapshot: ContactSnapshot } | { readonly kind: 'not_found' } | Failure;

export function isSuccess(outcome: Outcome): outcome is Success {
  return outcome.kind === 'accepted' || outcome.kind === 'confirmed' || outcome.kind === 'unchanged';
}

/** Refused together with others, with nobody named. */
export function isWholeBatch(outcome: Outcome): outcome is Refused & { readonly wholeBatch: true } {
  return outcome.kind === 'refused' && outcome.wholeBatch === true;
}

/** Vendors' texts can be pages long; what is kept of one. */
export const VENDOR_MESSAGE_LIMIT = 500;

export function shortened(text: string): string {
  const oneLine = text.replace(/\s+/g, ' ').trim();
  return oneLine.length <= VENDOR_MESSAGE_LIMIT ? oneLine : `${oneLine.slice(0, VENDOR_MESSAGE_LIMIT - 1)}…`;
}
