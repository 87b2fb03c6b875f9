import type { ErrorCode } from './error-codes.js';

/** What verifying one group of credentials showed (a connection may hold several keys for several doors). */
export interface CredentialCheck {
  /** Credential fields of the manifest that were tried together, for instance `['siteId', 'trackApiKey']`. */
  readonly credentials: readonly string[];
  readonly result: 'valid' | 'rejected' | 'unreachable' | 'missing' | 'untestable';
  readonly code?: ErrorCode;
  /** In words for the merchant. */
  readonly detail?: string;
  readonly vendorMessage?: string;
}

/** What the merchant gains or lacks with these credentials. */
export interface Right {
  /** Stable name, for instance `audiences`, `events`, `read_back`. */
  readonly name: string;
  readonly granted: boolean;
  /** When not granted: what is lost, and what would grant it. */
  readonly detail?: string;
}

interface VerificationBase {
  readonly checks: readonly CredentialCheck[];
}

/**
 * Result of `verify`. Four values, because each wants another reaction: a time-out is not a wrong key.
 *
 * - `valid`: the credentials open the account. Rights say what they may do.
 * - `rejected`: the vendor answered and said no; `credentials` names the fields at fault.
 * - `unreachable`: no usable answer; says nothing about the credentials. Try again later.
 * - `untestable`: the vendor has no call that could tell without writing something.
 */
export type Verification =
  | (VerificationBase & {
      readonly kind: 'valid';
      /** As far as the vendor tells it. `id` is the vendor's id of the account or workspace. */
      readonly account: { readonly id?: string; readonly name?: string };
      readonly region?: string;
      readonly rights: readonly Right[];
    })
  | (VerificationBase & {
      readonly kind: 'rejected';
      readonly code: ErrorCode;
      readonly credentials: readonly string[];
      readonly vendorMessage?: string;
    })
  | (VerificationBase & {
      readonly kind: 'unreachable';
      readonly code: ErrorCode;
      readonly vendorMessage?: string;
    })
  | (VerificationBase & { readonly kind: 'untestable'; readonly code: ErrorCode });
