import type { ContactSnapshot, ErrorCode, WrittenContact } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import type { ClaimedLane, LedgerEntry, PendingDelivery } from '../core/delivery.js';
import type { Intention } from '../core/intention.js';

/** Deliveries of one lane that one run takes on; the rest waits for the next claim. */
const PENDING_AT_ONCE = 50;

/**
 * How long a transaction that writes may stay open for the next claims (near), and for one now and then (far), to see what
 * it commits: rows carry a time taken before their commit.
 */
const GRACE = { near: '5 seconds', far: '30 seconds' } as const;

/**
 * Takes due lanes of one connection. Bounded from below by the watermark: with a transaction open somewhere, dead
 * index entries pile up at the low end, and a claim that starts there slows down by the minute.
 */
const CLAIM = `
  WITH due AS (
    SELECT id FROM lane
     WHERE organization_id = $1 AND connection_id = $2 AND drain_id IS NULL
       AND next_due_at >= $4::timestamptz AND next_due_at <= now()
     ORDER BY next_due_at, id LIMIT $5 FOR UPDATE SKIP LOCKED
  )
  UPDATE lane l SET drain_id = $3, contact_pending = false FROM due WHERE l.id = due.id
  RETURNING l.id, l.contact_id, l.tail_seq, l.attempts, l.next_due_at::text AS due_at,
    (l.next_due_at - interval '${GRACE.near}')::text AS near, (l.next_due_at - interval '${GRACE.far}')::text AS far,
    extract(epoch FROM now() - l.first_failed_at) * 1000 AS failing_for_ms,
    extract(epoch FROM l.rewrite_after - now()) * 1000 AS rewrite_in_ms`;

/** A statement of its own: its snapshot is younger than the lanes' locks, so it sees all that their tails count. */
const PENDING = `
  SELECT d.lane_id, d.lane_seq, d.id, d.contact_id, d.kind, d.cause, d.event_id, d.event_name, d.dedupe_id, d.payload,
    to_char(d.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS occurred_at
    FROM unnest($2::bigint[]) AS claimed(lane_id)
    CROSS JOIN LATERAL (
      SELECT * FROM delivery d WHERE d.lane_id = claimed.lane_id AND d.organization_id = $1
       ORDER BY d.lane_seq LIMIT ${PENDING_AT_ONCE}
    ) d
   ORDER BY d.lane_id, d.lane_seq`;

/** Three questions in one statement; each finds its rows by key, which a join would leave to stale statistics. */
const LEDGER = `
  SELECT contact_id, present, state, written, observed, refused_fingerprint, code, NULL AS writes,
         CASE WHEN fingerprint_at = updated_at THEN written_fingerprint END AS written_fingerprint, false AS left_out
    FROM ledger WHERE organization_id = $1 AND connection_id = $2 AND contact_id = ANY($3::uuid[])
  UNION ALL
  SELECT contact_id, NULL, NULL, NULL, NULL, NULL, NULL, writes, NULL, false
    FROM intention WHERE organization_id = $1 AND connection_id = $2 AND contact_id = ANY($3::uuid[])
  UNION ALL
  SELECT contact_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true
    FROM first_sync_left_out WHERE organization_id = $1 AND connection_id = $2 AND contact_id = ANY($3::uuid[])`;

interface LaneRow {
  id: string;
  contact_id: string;
  tail_seq: string;
  attempts: number;
  due_at: string;
  near: string;
  far: string;
  failing_for_ms: string | null;
  rewrite_in_ms: string | null;
}

interface DeliveryRow {
  lane_id: string;
  lane_seq: string;
  id: string;
  contact_id: string;
  kind: 'contact' | 'event';
  cause: string;
  event_id: string;
  event_name: string;
  dedupe_id: string;
  occurred_at: string;
  payload: string;
}

interface LedgerRow {
  contact_id: string;
  /** Null: a row about what is in doubt, or about who is left out. */
  present: boolean | null;
  state: LedgerEntry['state'];
  written: WrittenContact | null;
  observed: ContactSnapshot | null;
  refused_fingerprint: string | null;
  written_fingerprint: string | null;
  code: ErrorCode | null;
  writes: Intention | null;
  left_out: boolean;
}

/** Where later claims may start: the lowest due time of this one, minus a short or a long grace. */
export interface Watermarks {
  readonly near: string;
  readonly far: string;
}

export interface Claim {
  readonly lanes: readonly ClaimedLane[];
  /** Absent: nothing was due. */
  readonly watermarks?: Watermarks;
}

export async function claimLanes(
  tx: EntityManager,
  target: { organizationId: string; connectionId: string },
  options: { drainId: string; watermark: string; most: number },
): Promise<Claim> {
  const answer: [LaneRow[], number] = await tx.query(CLAIM, [
    target.organizationId,
    target.connectionId,
    options.drainId,
    options.watermark,
    options.most,
  ]);
  const rows = answer[0].sort((a, b) => (a.due_at < b.due_at ? -1 : a.due_at > b.due_at ? 1 : 0));
  if (rows.length === 0) return { lanes: [] };
  const pending = await pendingByLane(tx, target.organizationId, rows);
  return {
    lanes: rows.map((row) => ({
      id: row.id,
      contactId: row.contact_id,
      tailSeq: Number(row.tail_seq),
      attempts: row.attempts,
      failingForMs: Number(row.failing_for_ms ?? 0),
      ...(row.rewrite_in_ms === null ? {} : { rewriteInMs: Number(row.rewrite_in_ms) }),
      pending: pending.get(row.id) ?? [],
    })),
    ...(rows[0] === undefined ? {} : { watermarks: { near: rows[0].near, far: rows[0].far } }),
  };
}

async function pendingByLane(
  tx: EntityManager,
  organizationId: string,
  lanes: readonly LaneRow[],
): Promise<ReadonlyMap<string, PendingDelivery[]>> {
  const rows: DeliveryRow[] = await tx.query(PENDING, [organizationId, lanes.map((lane) => lane.id)]);
  const byLane = new Map<string, PendingDelivery[]>();
  for (const row of rows) {
    const list = byLane.get(row.lane_id);
    if (list === undefined) byLane.set(row.lane_id, [pendingDelivery(row)]);
    else list.push(pendingDelivery(row));
  }
  return byLane;
}

function pendingDelivery(row: DeliveryRow): PendingDelivery {
  const base = { seq: Number(row.lane_seq), id: row.id, cause: row.cause };
  if (row.kind === 'contact') return { ...base, kind: 'contact' };
  return {
    ...base,
    kind: 'event',
    contactId: row.contact_id,
    eventId: row.event_id,
    eventName: row.event_name,
    dedupeId: row.dedupe_id,
    occurredAt: row.occurred_at,
    payload: row.payload,
  };
}

/** By contact: what the ledger knows, what lost writes may have left, and whom the first sync leaves out. */
export interface KnownContacts {
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
  readonly intended: ReadonlyMap<string, Intention>;
  readonly leftOut: ReadonlySet<string>;
}

export async function readLedger(
  tx: EntityManager,
  target: { organizationId: string; connectionId: string },
  contactIds: readonly string[],
): Promise<KnownContacts> {
  const rows: LedgerRow[] = await tx.query(LEDGER, [target.organizationId, target.connectionId, contactIds]);
  const ledger = new Map<string, LedgerEntry>();
  const intended = new Map<string, Intention>();
  const leftOut = new Set<string>();
  for (const row of rows) {
    if (row.left_out) leftOut.add(row.contact_id);
    if (row.writes !== null) intended.set(row.contact_id, row.writes);
    if (row.present === null) continue;
    ledger.set(row.contact_id, {
      present: row.present,
      state: row.state,
      ...(row.written === null ? {} : { written: row.written }),
      ...(row.observed === null ? {} : { observed: row.observed }),
      ...(row.refused_fingerprint === null ? {} : { refusedFingerprint: row.refused_fingerprint }),
      ...(row.written_fingerprint === null ? {} : { writtenFingerprint: row.written_fingerprint }),
      ...(row.code === null ? {} : { code: row.code }),
    });
  }
  return { ledger, intended, leftOut };
}
