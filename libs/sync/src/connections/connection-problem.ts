import type { CredentialCheck, ErrorCode } from '@rekomi/provider-contract';

/** One input that is at fault. `pointer` is a JSON pointer into the request body: `#/credentials/siteId`. */
export interface InputProblem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** Why a wish about a connection was not granted. Expected, hence a value. */
export type ConnectionProblem =
  | { readonly reason: 'provider_unknown'; readonly provider: string }
  | { readonly reason: 'not_found' }
  | { readonly reason: 'invalid'; readonly errors: readonly InputProblem[] }
  /** The organisation has a connection to this vendor account already. */
  | { readonly reason: 'account_connected'; readonly connectionId: string; readonly label: string }
  /** The new credentials open another vendor account than the one this connection writes to. */
  | { readonly reason: 'other_account'; readonly detail: string }
  /** The connection's state does not allow it. */
  | { readonly reason: 'state'; readonly state: ConnectionState; readonly detail: string }
  /** Someone else changed the connection meanwhile; nothing was stored. */
  | { readonly reason: 'changed_meanwhile' }
  /** An earlier sending of the same request may still be on its way to the vendor. */
  | { readonly reason: 'under_way' }
  /** The vendor cannot do this at all. */
  | { readonly reason: 'unsupported'; readonly detail: string }
  /** The vendor said no, or did not answer. Nothing was stored. */
  | {
      readonly reason: 'vendor';
      readonly code: ErrorCode;
      readonly vendorMessage?: string;
      /** Credential fields of the manifest that are at fault. */
      readonly credentials?: readonly string[];
      readonly checks?: readonly CredentialCheck[];
      /** When the vendor wants to be asked again. */
      readonly until?: Date;
    };

export type ConnectionResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: ConnectionProblem };

/**
 * - `verified`: in use.
 * - `needs_attention`: the configuration names something the vendor does not have (any more); nothing is sent.
 * - `auth_error`: the vendor does not accept the credentials (any more); nothing is sent, nothing is lost.
 * - `paused`: a person paused it.
 * - `disconnecting`: what we wrote is being taken back.
 * - `disabled`: disconnected; the credentials are destroyed.
 */
export type ConnectionState =
  'verified' | 'needs_attention' | 'auth_error' | 'paused' | 'disconnecting' | 'disabled';

export function granted<T>(value: T): ConnectionResult<T> {
  return { ok: true, value };
}

export function denied(problem: ConnectionProblem): {
  readonly ok: false;
  readonly problem: ConnectionProblem;
} {
  return { ok: false, problem };
}

/** Nothing can be changed or asked any more. */
export function closedProblem(state: ConnectionState): {
  readonly ok: false;
  readonly problem: ConnectionProblem;
} {
  return denied({
    reason: 'state',
    state,
    detail:
      state === 'disconnecting'
        ? 'The connection is being disconnected.'
        : 'The connection was disconnected; connect the tool again.',
  });
}
