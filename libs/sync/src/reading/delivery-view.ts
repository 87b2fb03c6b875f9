import type { Warning } from '@rekomi/provider-contract';

import type { OpenState, SettledState } from '../core/delivery.js';
import { receiptOf, type ReceiptRow, type ReceiptView } from './receipt-view.js';

export type DeliveryKind = 'contact' | 'event' | 'erasure';
export type DeliveryState = OpenState | SettledState;

/** One delivery, open or settled, as it may be shown. Times are ISO 8601, UTC. */
export interface DeliveryView {
  readonly id: string;
  /** Where it goes. */
  readonly target: {
    readonly kind: 'connection' | 'webhook_endpoint';
    readonly id: string;
    readonly label: string;
  };
  /** The three of a connection; absent for an endpoint. */
  readonly connectionId?: string;
  readonly connectionLabel?: string;
  readonly provider?: string;
  readonly contactId: string;
  readonly kind: DeliveryKind;
  /** Why it came up: `affiliate_approved`, `connection_changed`, … */
  readonly cause: string;
  readonly event?: {
    readonly id: string;
    readonly name: string;
    readonly occurredAt: string;
    readonly dedupeId: string;
  };
  readonly state: DeliveryState;
  /** Why it is held, refused, tried again, … */
  readonly code?: string;
  /** The vendor's name of the field at fault. */
  readonly field?: string;
  readonly detail?: string;
  readonly warnings: readonly Warning[];
  /** Attempts so far; for open ones, consecutive failures of what stands first in the contact's lane. */
  readonly attempts: number;
  /** Not before then; absent when it is settled, held, or the connection stands still. */
  readonly nextAttemptAt?: string;
  readonly createdAt: string;
  readonly settledAt?: string;
  /** What came of reading it back; absent when that was not, and is not to be, done. */
  readonly receipt?: ReceiptView;
}

export interface DeliveryRow extends ReceiptRow {
  readonly id: string;
  readonly connection_id: string;
  readonly target_kind: 'connection' | 'webhook_endpoint';
  readonly connection_label: string;
  /** Null of an endpoint. */
  readonly provider: string | null;
  readonly contact_id: string;
  readonly kind: DeliveryKind;
  readonly cause: string;
  readonly event_id: string | null;
  readonly event_name: string | null;
  readonly occurred_at: Date | null;
  readonly dedupe_id: string | null;
  readonly state: DeliveryState;
  readonly code: string | null;
  readonly field: string | null;
  readonly detail: string | null;
  readonly warnings: readonly Warning[] | null;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
}

export function deliveryView(row: DeliveryRow): DeliveryView {
  return {
    id: row.id,
    target: { kind: row.target_kind, id: row.connection_id, label: row.connection_label },
    ...(row.provider === null
      ? {}
      : {
          connectionId: row.connection_id,
          connectionLabel: row.connection_label,
          provider: row.provider,
        }),
    contactId: row.contact_id,
    kind: row.kind,
    cause: row.cause,
    ...(row.event_id === null || row.event_name === null || row.occurred_at === null || row.dedupe_id === null
      ? {}
      : {
          event: {
            id: row.event_id,
            name: row.event_name,
            occurredAt: row.occurred_at.toISOString(),
            dedupeId: row.dedupe_id,
          },
        }),
    state: row.state,
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.field === null ? {} : { field: row.field }),
    ...(row.detail === null ? {} : { detail: row.detail }),
    warnings: row.warnings ?? [],
    attempts: row.attempts,
    ...(row.next_attempt_at === null ? {} : { nextAttemptAt: row.next_attempt_at.toISOString() }),
    createdAt: row.created_at.toISOString(),
    ...(row.settled_at === null ? {} : { settledAt: row.settled_at.toISOString() }),
    ...receiptOf(row),
  };
}
