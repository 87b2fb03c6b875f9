import type { EntityManager } from 'typeorm';

import type { LaneNext, LaneResult } from '../core/delivery.js';
import { jsonLines, jsonText } from './json-text.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

/**
 * Settles: deliveries leave their table and enter history, attempts are logged, the ledger learns what was written,
 * totals count. One statement. History takes what the delete returned, so nothing can be settled twice.
 */
const settleStatement = (onlyIf: string): string => `
  WITH settlement AS (
    SELECT * FROM jsonb_to_recordset($3::jsonb) AS s(lane_id bigint, lane_seq bigint, state text, code text, field text,
                                                    detail text, warnings jsonb, attempts integer) ${onlyIf}
  ), gone AS (
    DELETE FROM delivery d USING settlement s
     WHERE d.lane_id = s.lane_id AND d.lane_seq = s.lane_seq AND d.organization_id = $1
    RETURNING d.*, s.state, s.code, s.field, s.detail, s.warnings, s.attempts
  ), kept AS (
    INSERT INTO history (settled_at, id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause,
                         event_id, event_name, dedupe_id, occurred_at, payload, state, code, field, detail, warnings,
                         attempts, created_at)
    SELECT clock_timestamp(), id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause,
           event_id, event_name, dedupe_id, occurred_at, payload, state, code, field, detail, warnings,
           attempts, created_at
      FROM gone
  ), counted AS (
    INSERT INTO delivery_total AS t (organization_id, connection_id, day, kind, state, deliveries)
    SELECT $1, $2, (now() AT TIME ZONE 'UTC')::date, kind, state, count(*) FROM gone GROUP BY kind, state ORDER BY kind, state
    ON CONFLICT (connection_id, day, kind, state) DO UPDATE SET deliveries = t.deliveries + excluded.deliveries
  ), logged AS (
    INSERT INTO attempt (at, id, organization_id, connection_id, contact_id, delivery_id, number, outcome, code, detail,
                         duration_ms, next_attempt_at, exchange_text)
    SELECT clock_timestamp(), new_id(), $1, $2, a.contact_id, a.delivery_id, a.number, a.outcome, a.code, a.detail,
           a.duration_ms, clock_timestamp() + a.next_in_ms * interval '1 millisecond', a.exchange_text
      FROM ROWS FROM (
             jsonb_to_recordset($4::jsonb) AS (contact_id uuid, delivery_id uuid, number integer, outcome text, code text,
                                               detail text, duration_ms integer, next_in_ms double precision),
             string_to_table($6, E'\\n')
           ) AS a(contact_id, delivery_id, number, outcome, code, detail, duration_ms, next_in_ms, exchange_text)
  )
  INSERT INTO ledger AS l (organization_id, connection_id, contact_id, present, state, code, field, detail, warnings,
                           written, refused_fingerprint, deferred, written_at, confirmed_at, updated_at,
                           written_fingerprint, fingerprint_at)
  SELECT $1, $2, u.contact_id, u.present, u.state, u.code, u.field, u.detail, u.warnings,
         u.written, u.refused_fingerprint, ARRAY(SELECT jsonb_array_elements_text(u.deferred)),
         CASE WHEN u.wrote THEN now() END, CASE WHEN u.confirmed THEN now() END, now(), u.written_fingerprint, now()
    FROM jsonb_to_recordset($5::jsonb) AS u(contact_id uuid, present boolean, state text, code text, field text, detail text,
                                           warnings jsonb, written jsonb, refused_fingerprint text, deferred jsonb,
                                           wrote boolean, confirmed boolean, written_fingerprint text)
   ORDER BY u.contact_id
  ON CONFLICT (connection_id, contact_id) DO UPDATE SET
    present = excluded.present, state = excluded.state, code = excluded.code, field = excluded.field,
    detail = excluded.detail, warnings = excluded.warnings, written = excluded.written,
    refused_fingerprint = excluded.refused_fingerprint, deferred = excluded.deferred,
    written_at = coalesce(excluded.written_at, l.written_at),
    confirmed_at = CASE WHEN excluded.written_at IS NULL THEN l.confirmed_at ELSE excluded.confirmed_at END,
    -- A look at what was there before we took ours back says nothing about a later return.
    observed = CASE WHEN excluded.written IS NULL THEN NULL ELSE l.observed END,
    updated_at = now(), written_fingerprint = excluded.written_fingerprint, fingerprint_at = now()`;

const SETTLE = settleStatement('');

/** More than so many are settled by {@link SETTLE_MANY}. */
const MANY = 100;

/**
 * Each delivery is found by its key. Left to itself the planner reads all that the organisation has waiting, thousands in
 * a bulk, and joins that. The condition is true of every row, but taken for true of one.
 *
 * For many only: a plan is kept after several runs, and by then the indexes are long enough for the key to be cheaper.
 * Kept from a moment at which next to nothing ever waited, it might be another one, and would be bad for ever.
 */
const SETTLE_MANY = settleStatement('WHERE s.lane_seq = s.lane_seq + 0');

/** What an event left on a contact. Nothing was tried of the contact itself, so what is said of it stays. */
const NOTE_WRITTEN = `
  UPDATE ledger l SET written = u.written, written_at = now(), updated_at = now(),
         fingerprint_at = CASE WHEN l.fingerprint_at = l.updated_at THEN now() END
    FROM jsonb_to_recordset($3::jsonb) AS u(contact_id uuid, written jsonb)
   WHERE l.organization_id = $1 AND l.connection_id = $2 AND l.contact_id = u.contact_id`;

export async function settle(
  tx: EntityManager,
  target: Target,
  results: readonly LaneResult[],
): Promise<void> {
  const settlements = results.flatMap((result) =>
    result.settlements.map((settlement) => ({
      lane_id: result.lane.id,
      lane_seq: settlement.delivery.seq,
      state: settlement.state,
      code: settlement.code,
      field: settlement.field,
      detail: settlement.detail,
      warnings: settlement.warnings,
      attempts: settlement.attempts,
    })),
  );
  const attempts = results.flatMap((result) =>
    result.attempts.map((attempt) => ({
      contact_id: attempt.contactId ?? result.lane.contactId,
      delivery_id: attempt.deliveryId,
      number: attempt.number,
      outcome: attempt.outcome,
      code: attempt.code,
      detail: attempt.detail,
      duration_ms: Math.round(attempt.durationMs),
      next_in_ms: attempt.nextInMs,
    })),
  );
  const exchanges = results.flatMap((result) => result.attempts.map((attempt) => attempt.exchanges));
  const ledger = results.flatMap(({ lane, ledger: update }) =>
    update === undefined || update.onlyWritten === true
      ? []
      : [
          {
            contact_id: lane.contactId,
            present: update.present,
            state: update.state,
            code: update.code,
            field: update.field,
            detail: update.detail,
            warnings: update.warnings,
            written: update.written,
            refused_fingerprint: update.refusedFingerprint,
            written_fingerprint: update.writtenFingerprint,
            deferred: update.deferred,
            wrote: update.wrote,
            confirmed: update.confirmed,
          },
        ],
  );
  const { organizationId, connectionId } = target;
  if (settlements.length + attempts.length + ledger.length > 0) {
    const rows = [...[settlements, attempts, ledger].map(jsonText), jsonLines(exchanges)];
    const statement = settlements.length > MANY ? SETTLE_MANY : SETTLE;
    await tx.query(statement, [organizationId, connectionId, ...rows]);
  }
  const noted = results.flatMap(({ lane, ledger: update }) =>
    update?.onlyWritten === true ? [{ contact_id: lane.contactId, written: update.written }] : [],
  );
  if (noted.length > 0) await tx.query(NOTE_WRITTEN, [organizationId, connectionId, jsonText(noted)]);
}

/**
 * How long before there is room at the vendor a lane is taken up: more than a sweep and a claim take, less than the pace
 * waits in place. So the request is ready when its moment comes, whichever process finds the lane.
 */
const AHEAD_OF_ROOM_MS = 1_300;

/**
 * Lets lanes go. A lane is deleted only if its tail is still the one that was seen when it was claimed: a delivery
 * added meanwhile keeps it (a check for remaining deliveries would read an old snapshot and lose the new one). Lanes
 * that an open enqueue has locked are skipped; the caller asks again.
 *
 * The claim cleared `contact_pending`, so when it is set here, a contact delivery came in while the lane was in hand:
 * new data, which frees a lane that would otherwise be held.
 */
const RELEASE = `
  WITH wish AS (
    SELECT * FROM jsonb_to_recordset($4::jsonb) AS w(lane_id bigint, seen_tail bigint, done boolean, due_in_ms double precision,
                                                    attempts integer, failing boolean, last_code text, held_code text,
                                                    contact_left boolean, rewritten boolean)
  ), mine AS (
    SELECT l.id, w.*, w.done AND l.tail_seq <= w.seen_tail AS ends, l.tail_seq > w.seen_tail AS has_news
      FROM lane l JOIN wish w ON w.lane_id = l.id
     -- Compared so that no index on the drain fits: found by their ids, not by what the drain holds, once for each id.
     WHERE l.organization_id = $1 AND l.drain_id IS NOT DISTINCT FROM $3::uuid
     ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
  ), deleted AS (
    DELETE FROM lane l USING mine WHERE l.id = mine.id AND mine.ends
    RETURNING l.id, l.tail_seq
  ), counted AS (
    INSERT INTO delivery_total AS t (organization_id, connection_id, day, kind, state, deliveries)
    SELECT $1, $2, (now() AT TIME ZONE 'UTC')::date, 'any', 'created', sum(tail_seq) FROM deleted
     GROUP BY () HAVING count(*) > 0
    ON CONFLICT (connection_id, day, kind, state) DO UPDATE SET deliveries = t.deliveries + excluded.deliveries
  ), released AS (
    UPDATE lane l SET
        drain_id = NULL,
        contact_pending = l.contact_pending OR w.contact_left,
        held_code = CASE WHEN l.contact_pending THEN NULL ELSE w.held_code END,
        next_due_at = CASE
          WHEN w.held_code IS NOT NULL AND NOT l.contact_pending THEN 'infinity'
          WHEN w.held_code IS NOT NULL OR w.done OR (w.has_news AND NOT w.failing) THEN now()
          ELSE now() + w.due_in_ms * interval '1 millisecond' END,
        attempts = w.attempts,
        first_failed_at = CASE WHEN NOT w.failing THEN NULL WHEN w.attempts > 1 THEN coalesce(l.first_failed_at, now()) ELSE now() END,
        last_code = w.last_code,
        rewrite_after = CASE WHEN w.rewritten THEN NULL ELSE l.rewrite_after END
      FROM mine w WHERE l.id = w.id AND NOT w.ends
    RETURNING l.id
  )
  SELECT id FROM deleted UNION ALL SELECT id FROM released`;

/** @returns ids of the lanes that were let go; the others are still locked by an enqueue. */
export async function releaseLanes(
  tx: EntityManager,
  target: Target,
  /** Null: lanes that nobody has in hand and that this transaction has locked. */
  drainId: string | null,
  results: readonly LaneResult[],
): Promise<ReadonlySet<string>> {
  const wishes = results.map((result) => {
    const { lane, next } = result;
    const settled = new Set(result.settlements.map((settlement) => settlement.delivery.seq));
    return {
      lane_id: lane.id,
      seen_tail: lane.tailSeq,
      done: next.kind === 'done',
      due_in_ms: next.kind === 'due' ? dueInMs(next) : 0,
      attempts: next.kind === 'due' ? next.attempts : 0,
      failing: next.kind === 'due' && next.failing,
      last_code: next.kind === 'due' ? next.lastCode : next.kind === 'held' ? next.code : undefined,
      held_code: next.kind === 'held' ? next.code : undefined,
      contact_left: lane.pending.some(
        (delivery) => delivery.kind === 'contact' && !settled.has(delivery.seq),
      ),
      rewritten: result.rewritten,
    };
  });
  const rows: { id: string }[] = await tx.query(RELEASE, [
    target.organizationId,
    target.connectionId,
    drainId,
    jsonText(wishes),
  ]);
  return new Set(rows.map((row) => row.id));
}

function dueInMs({ inMs, forRoom }: Extract<LaneNext, { kind: 'due' }>): number {
  return forRoom === true ? Math.max(0, inMs - AHEAD_OF_ROOM_MS) : inMs;
}
