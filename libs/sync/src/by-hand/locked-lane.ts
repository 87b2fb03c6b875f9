import type { EntityManager } from 'typeorm';

import type { PendingDelivery } from '../core/delivery.js';

/** The lane that a delivery waits in, locked until the end of the transaction. */
export interface LockedLane {
  readonly id: string;
  readonly targetId: string;
  /** Its subject: the contact, or the event that an endpoint is told of. */
  readonly subjectId: string;
  /** An endpoint's lanes hold one message each, about an event. */
  readonly toConnection: boolean;
  readonly tailSeq: number;
  readonly inHand: boolean;
  readonly heldCode?: string;
  readonly attempts: number;
  /** Something of it failed or was put off. */
  readonly failed: boolean;
  readonly isDue: boolean;
  readonly rewriteInMs?: number;
  readonly present: boolean;
  readonly pending: readonly PendingDelivery[];
}

interface LaneRow {
  readonly id: string;
  readonly connection_id: string;
  readonly contact_id: string;
  readonly to_connection: boolean;
  readonly tail_seq: string;
  readonly in_hand: boolean;
  readonly held_code: string | null;
  readonly attempts: number;
  readonly failed: boolean;
  readonly is_due: boolean;
  readonly rewrite_in_ms: string | null;
  readonly present: boolean;
}

/** A drain that completes holds this lock for a moment; whoever waited for it finds what it left, or nothing. */
const LOCK = `
  SELECT l.id, l.connection_id, l.contact_id, EXISTS (SELECT FROM connection c WHERE c.id = l.connection_id) AS to_connection,
         l.tail_seq, l.drain_id IS NOT NULL AS in_hand, l.held_code, l.attempts,
         l.attempts > 0 OR l.last_code IS NOT NULL AS failed, l.next_due_at <= now() AS is_due,
         extract(epoch FROM l.rewrite_after - now()) * 1000 AS rewrite_in_ms,
         coalesce((SELECT w.present FROM ledger w
                    WHERE w.organization_id = $1 AND w.connection_id = l.connection_id AND w.contact_id = l.contact_id), false) AS present
    FROM lane l
   WHERE l.organization_id = $1
     AND l.id = (SELECT d.lane_id FROM delivery d WHERE d.organization_id = $1 AND d.id = $2)
     FOR UPDATE OF l`;

/** A statement of its own, younger than the lock: it sees all that the tail counts. */
const PENDING = `
  SELECT d.lane_seq, d.id, d.kind, d.cause, d.event_id, d.event_name, d.dedupe_id
    FROM delivery d WHERE d.organization_id = $1 AND d.lane_id = $2 ORDER BY d.lane_seq`;

interface PendingRow {
  readonly lane_seq: string;
  readonly id: string;
  readonly kind: 'contact' | 'event';
  readonly cause: string;
  readonly event_id: string;
  readonly event_name: string;
  readonly dedupe_id: string;
}

/** Undefined: the delivery is settled, or there is none of this organisation. */
export async function lockLaneOf(
  tx: EntityManager,
  organizationId: string,
  deliveryId: string,
): Promise<LockedLane | undefined> {
  const [lane]: LaneRow[] = await tx.query(LOCK, [organizationId, deliveryId]);
  if (lane === undefined) return undefined;
  const rows: PendingRow[] = await tx.query(PENDING, [organizationId, lane.id]);
  // Settled while this waited for the lock, and the lane is there for something newer.
  if (!rows.some(({ id }) => id === deliveryId)) return undefined;
  return {
    id: lane.id,
    targetId: lane.connection_id,
    subjectId: lane.contact_id,
    toConnection: lane.to_connection,
    tailSeq: Number(lane.tail_seq),
    inHand: lane.in_hand,
    ...(lane.held_code === null ? {} : { heldCode: lane.held_code }),
    attempts: lane.attempts,
    failed: lane.failed,
    isDue: lane.is_due,
    ...(lane.rewrite_in_ms === null ? {} : { rewriteInMs: Number(lane.rewrite_in_ms) }),
    present: lane.present,
    pending: rows.map(pendingDelivery),
  };
}

/** What is settled here is never sent, so time and payload stay in the database. */
function pendingDelivery(row: PendingRow): PendingDelivery {
  const base = { seq: Number(row.lane_seq), id: row.id, cause: row.cause };
  if (row.kind === 'contact') return { ...base, kind: 'contact' };
  return {
    ...base,
    kind: 'event',
    eventId: row.event_id,
    eventName: row.event_name,
    dedupeId: row.dedupe_id,
    occurredAt: '',
    payload: '{}',
  };
}
