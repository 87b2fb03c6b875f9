import type { ErrorCode, Outcome, WrittenContact, ContactSnapshot, Warning } from '@rekomi/provider-contract';

import type { Intention } from './intention.js';

/** States of a delivery that is still open. The same words in code, API, console and docs. */
export const OPEN_STATES = ['queued', 'sending', 'retrying', 'held'] as const;
export type OpenState = (typeof OPEN_STATES)[number];

/** States in which a delivery ends. Exactly one of them, for ever. */
export const SETTLED_STATES = [
  'delivered',
  'ignored',
  'unchanged',
  'coalesced',
  'refused',
  'expired',
  'discarded',
  'cancelled',
  'erased',
] as const;
export type SettledState = (typeof SETTLED_STATES)[number];

interface PendingBase {
  /** Position in its lane; gapless, in commit order. */
  readonly seq: number;
  readonly id: string;
  readonly cause: string;
}

export interface PendingContact extends PendingBase {
  readonly kind: 'contact';
}

export interface PendingEvent extends PendingBase {
  readonly kind: 'event';
  /** Whom the event is about, where the lane's subject is another. */
  readonly contactId?: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly dedupeId: string;
  /** ISO 8601. */
  readonly occurredAt: string;
  /** JSON text. */
  readonly payload: string;
}

export type PendingDelivery = PendingContact | PendingEvent;

/** A lane as its drain claimed it. */
export interface ClaimedLane {
  readonly id: string;
  /** Its subject: the contact, or the event that an endpoint is told of. */
  readonly contactId: string;
  /** Read when the lane was claimed, before the desired state: later work is work for the next claim. */
  readonly tailSeq: number;
  /** Consecutive failed attempts of what stands first. */
  readonly attempts: number;
  /** Milliseconds since the first of them, by the database's clock. */
  readonly failingForMs: number;
  /** Milliseconds until the contact has to be written once more (negative: now); absent when it need not be. */
  readonly rewriteInMs?: number;
  /** Oldest first. May be only the beginning of what is pending. */
  readonly pending: readonly PendingDelivery[];
}

/** What the ledger knew when the lane was claimed. */
export interface LedgerEntry {
  readonly present: boolean;
  /** How the latest attempt to write the contact ended. */
  readonly state: LedgerUpdate['state'];
  readonly written?: WrittenContact;
  readonly observed?: ContactSnapshot;
  readonly refusedFingerprint?: string;
  /** Of what was last written with success; absent when that is not known. */
  readonly writtenFingerprint?: string;
  readonly code?: ErrorCode;
}

/** How one delivery ended. */
export interface Settlement {
  readonly delivery: PendingDelivery;
  readonly state: SettledState;
  readonly code?: ErrorCode;
  readonly field?: string;
  readonly detail?: string;
  readonly warnings?: readonly Warning[];
  readonly attempts: number;
}

/** One try at one delivery, for the log. */
export interface AttemptRecord {
  readonly deliveryId: string;
  /** Whose part of the exchange it is; the lane's subject unless told. */
  readonly contactId?: string;
  readonly number: number;
  readonly outcome: Outcome['kind'];
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly durationMs: number;
  /** Set when it will be tried again. */
  readonly nextInMs?: number;
  /** Masked. For bulk calls only this contact's slice. */
  readonly exchanges: readonly unknown[];
}

/** What the ledger has to say from now on. Absent parts stay as they are. */
export interface LedgerUpdate {
  readonly present: boolean;
  readonly state: SettledState | 'retrying';
  readonly code?: ErrorCode;
  readonly field?: string;
  readonly detail?: string;
  readonly warnings: readonly Warning[];
  /** Null: nothing of ours is left there. */
  readonly written: WrittenContact | null;
  readonly refusedFingerprint?: string;
  /** Of what is there now; absent when that is not known. */
  readonly writtenFingerprint?: string;
  readonly deferred: readonly string[];
  readonly wrote: boolean;
  readonly confirmed: boolean;
  /** An event changed `written`; of the contact itself nothing was tried, so all else on record stays as it is. */
  readonly onlyWritten?: true;
}

/** What becomes of the lane itself. */
export type LaneNext =
  /** Everything seen is settled: the lane may go, unless something was added meanwhile. */
  | { readonly kind: 'done' }
  | {
      readonly kind: 'due';
      readonly inMs: number;
      /** It waits for room at the vendor, at that very moment: whoever takes it up may be there a little earlier. */
      readonly forRoom?: true;
      /** Consecutive failures; 0 after a success. */
      readonly attempts: number;
      readonly lastCode?: ErrorCode;
      /** Keep the moment of the first failure, or start counting anew. */
      readonly failing: boolean;
    }
  | { readonly kind: 'held'; readonly code: ErrorCode };

/** Something that concerns the whole connection. */
export type ConnectionFinding =
  | {
      readonly kind: 'unauthorised';
      readonly code: ErrorCode;
      readonly detail?: string;
      /** Which credential field of the manifest. */
      readonly credential?: string;
    }
  /** Audiences that are not the connection's own: only who is to be in one of them has to wait. */
  | {
      readonly kind: 'audiences_missing';
      readonly code: ErrorCode;
      readonly audiences: readonly string[];
      readonly detail?: string;
    }
  | {
      readonly kind: 'misconfigured';
      readonly code: ErrorCode;
      readonly setting: string;
      readonly detail?: string;
    }
  | {
      readonly kind: 'throttled';
      readonly family: string;
      readonly inMs?: number;
      readonly byVendor: boolean;
    }
  | { readonly kind: 'region'; readonly region: string };

/** Everything that one run over one lane came to. */
export interface LaneResult {
  readonly lane: ClaimedLane;
  readonly settlements: readonly Settlement[];
  readonly attempts: readonly AttemptRecord[];
  readonly ledger?: LedgerUpdate;
  /** What lost writes may have left at the vendor, where that is another than on record; empty: nothing. */
  readonly intended?: Intention;
  readonly next: LaneNext;
  readonly rewritten: boolean;
  readonly findings: readonly ConnectionFinding[];
}
