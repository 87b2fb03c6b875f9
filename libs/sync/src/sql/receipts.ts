import type { Deviation, WrittenContact } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import { FIRST_ALWAYS, type ReceiptCandidate } from '../core/receipt-sampling.js';
import { RECEIPT_WAITS_MS, type ReceiptVerdict } from '../core/receipt-verdict.js';
import { jsonText } from './json-text.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

export interface DueReceipt {
  readonly deliveryId: string;
  readonly contactId: string;
  readonly tries: number;
  readonly failures: number;
  /** What the ledger says is there. */
  readonly written: WrittenContact;
  /** The ledger's state that is read back, as the database wrote it. */
  readonly ledgerAt: string;
}

/**
 * Notes which of these writes are to be read back: the first ones of the connection and those that were drawn. A newer
 * write of a contact takes the place of an older one that is still owed.
 *
 * @returns whether the first ones are complete.
 */
export async function oweReceipts(
  tx: EntityManager,
  target: Target,
  candidates: readonly ReceiptCandidate[],
): Promise<boolean> {
  const rows: { first_ones: string }[] = await tx.query(
    `WITH candidate AS (
       SELECT DISTINCT ON (c."contactId") c.*
         FROM jsonb_to_recordset($3::jsonb) AS c("contactId" uuid, "deliveryId" uuid, drawn boolean)
        ORDER BY c."contactId", c."deliveryId" DESC
     ), earlier AS (
       SELECT count(*) AS first_ones FROM (
         SELECT FROM receipt WHERE connection_id = $2 AND reason = 'first' LIMIT $4) AS found
     ), ranked AS (
       SELECT c.*, e.first_ones + row_number() OVER (ORDER BY c."deliveryId") <= $4 AS is_first
         FROM candidate c CROSS JOIN earlier e
     ), owed AS (
       INSERT INTO receipt (delivery_id, organization_id, connection_id, contact_id, reason, due_at)
       SELECT "deliveryId", $1, $2, "contactId", CASE WHEN is_first THEN 'first' ELSE 'sampled' END,
              now() + $5 * interval '1 millisecond'
         FROM ranked WHERE is_first OR drawn ORDER BY "contactId"
       ON CONFLICT (connection_id, contact_id) WHERE state = 'owed' DO UPDATE SET
         delivery_id = excluded.delivery_id, owed_at = now(), due_at = excluded.due_at, tries = 0, failures = 0
       RETURNING reason
     )
     SELECT (SELECT first_ones FROM earlier) + (SELECT count(*) FROM owed WHERE reason = 'first') AS first_ones`,
    [target.organizationId, target.connectionId, jsonText(candidates), FIRST_ALWAYS, RECEIPT_WAITS_MS[0]],
  );
  return Number(rows[0]?.first_ones ?? 0) >= FIRST_ALWAYS;
}

/**
 * Takes due receipts for a while: they become due again by themselves when nobody finishes them. Looking changes nothing,
 * so taking one twice is harmless. What was taken back meanwhile, or is refused by now, is owed no more.
 */
export async function takeReceipts(
  tx: EntityManager,
  target: Target,
  options: { readonly most: number; readonly forMs: number },
): Promise<readonly DueReceipt[]> {
  const key = [target.organizationId, target.connectionId];
  await tx.query(
    `DELETE FROM receipt r WHERE r.organization_id = $1 AND r.connection_id = $2 AND r.state = 'owed'
        AND r.due_at <= now() AND NOT EXISTS (
          SELECT FROM ledger l WHERE l.connection_id = r.connection_id AND l.contact_id = r.contact_id
             AND l.written IS NOT NULL AND l.state IN ('delivered', 'unchanged'))`,
    key,
  );
  const rows: {
    delivery_id: string;
    contact_id: string;
    tries: number;
    failures: number;
    written: WrittenContact;
    ledger_at: string;
  }[] = await tx.query(
    `WITH due AS (
       SELECT delivery_id FROM receipt
        WHERE organization_id = $1 AND connection_id = $2 AND state = 'owed' AND due_at <= now()
        ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
     ), taken AS (
       UPDATE receipt r SET due_at = now() + $4 * interval '1 millisecond'
         FROM due WHERE r.delivery_id = due.delivery_id
       RETURNING r.delivery_id, r.contact_id, r.tries, r.failures
     )
     SELECT t.*, l.written, l.updated_at::text AS ledger_at FROM taken t
       JOIN ledger l ON l.connection_id = $2 AND l.contact_id = t.contact_id AND l.organization_id = $1
        AND l.written IS NOT NULL`,
    [...key, options.most, options.forMs],
  );
  return rows.map((row) => ({
    deliveryId: row.delivery_id,
    contactId: row.contact_id,
    tries: row.tries,
    failures: row.failures,
    written: row.written,
    ledgerAt: row.ledger_at,
  }));
}

/** Puts a look off, and counts what it was. */
export async function putOffReceipt(
  tx: EntityManager,
  target: Target,
  { deliveryId }: Pick<DueReceipt, 'deliveryId'>,
  { inMs, counts }: Extract<ReceiptVerdict, { kind: 'again' }>,
): Promise<void> {
  await tx.query(
    `UPDATE receipt SET due_at = now() + $3 * interval '1 millisecond', tries = tries + $4, failures = failures + $5
      WHERE organization_id = $1 AND delivery_id = $2 AND state = 'owed'`,
    [target.organizationId, deliveryId, inMs, Number(counts === 'try'), Number(counts === 'failure')],
  );
}

/**
 * Writes a verdict down, together with what the ledger has to say from now on, unless the contact was written or taken
 * back meanwhile or is in hand: then what was seen is of the past. A lane that nobody holds is locked, so that whoever
 * works it next reads the new state.
 *
 * @returns false when it does not hold any more, and the receipt is owed as before.
 */
export async function decideReceipt(
  tx: EntityManager,
  target: Target,
  receipt: DueReceipt,
  verdict: Exclude<ReceiptVerdict, { kind: 'again' }>,
): Promise<boolean> {
  const { organizationId, connectionId } = target;
  const lanes: { busy: boolean }[] = await tx.query(
    `SELECT drain_id IS NOT NULL AS busy FROM lane
      WHERE organization_id = $1 AND connection_id = $2 AND contact_id = $3 FOR UPDATE`,
    [organizationId, connectionId, receipt.contactId],
  );
  if (lanes.some(({ busy }) => busy)) return false;
  const ledgerKey = [organizationId, connectionId, receipt.contactId, receipt.ledgerAt];
  const ledger = ledgerChange(verdict);
  const [, same]: [unknown[], number] = await tx.query(
    `UPDATE ledger SET ${ledger.sets}
      WHERE organization_id = $1 AND connection_id = $2 AND contact_id = $3 AND updated_at = $4::timestamptz
        AND state IN ('delivered', 'unchanged')`,
    [...ledgerKey, ...ledger.values],
  );
  if (same === 0) return false;
  const ignored = verdict.kind === 'ignored' ? verdict : undefined;
  const [rows]: [{ delivery_id: string }[], number] = await tx.query(
    `UPDATE receipt SET state = $3, decided_at = now(), code = $4, deviations = $5::jsonb, untold = $6
      WHERE organization_id = $1 AND delivery_id = $2 AND state = 'owed' RETURNING delivery_id`,
    [
      organizationId,
      receipt.deliveryId,
      verdict.kind,
      'code' in verdict ? verdict.code : null,
      jsonText(ignored?.deviations ?? []),
      verdict.kind === 'undecided' ? [] : verdict.untold,
    ],
  );
  if (rows.length > 0) await countReceipt(tx, target, verdict.kind);
  return true;
}

/** What the ledger keeps; `present` and `written` stay ours to take back, but an event may not rely on nobody. */
function ledgerChange(verdict: Exclude<ReceiptVerdict, { kind: 'again' }>): {
  readonly sets: string;
  readonly values: readonly unknown[];
} {
  switch (verdict.kind) {
    case 'confirmed':
      return { sets: `confirmed_at = clock_timestamp()`, values: [] };
    case 'undecided':
      return { sets: `confirmed_at = confirmed_at`, values: [] };
    case 'ignored':
      return {
        sets: `state = 'ignored', code = $5, field = $6, detail = NULL, confirmed_at = NULL, present = present AND NOT $7::boolean`,
        values: [verdict.code, firstField(verdict.deviations), verdict.nobodyThere],
      };
  }
}

function firstField(deviations: readonly Deviation[]): string | null {
  return deviations.find(({ part }) => part === 'field')?.name ?? null;
}

async function countReceipt(tx: EntityManager, target: Target, state: string): Promise<void> {
  await tx.query(
    `INSERT INTO receipt_total AS t (organization_id, connection_id, day, state, receipts)
     VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date, $3, 1)
     ON CONFLICT (connection_id, day, state) DO UPDATE SET receipts = t.receipts + 1`,
    [target.organizationId, target.connectionId, state],
  );
}

/** The contact was written again meanwhile: from there on it is read back anew. */
export async function beginReceiptAnew(
  tx: EntityManager,
  target: Target,
  { deliveryId }: Pick<DueReceipt, 'deliveryId'>,
): Promise<void> {
  await tx.query(
    `UPDATE receipt SET tries = 0, failures = 0, due_at = now() + $3 * interval '1 millisecond'
      WHERE organization_id = $1 AND delivery_id = $2 AND state = 'owed'`,
    [target.organizationId, deliveryId, RECEIPT_WAITS_MS[0]],
  );
}

/** Milliseconds until the next receipt of the connection is due; undefined when none is owed. */
export async function nextReceiptInMs(tx: EntityManager, target: Target): Promise<number | undefined> {
  const rows: { in_ms: string }[] = await tx.query(
    `SELECT extract(epoch FROM due_at - clock_timestamp()) * 1000 AS in_ms FROM receipt
      WHERE organization_id = $1 AND connection_id = $2 AND state = 'owed' ORDER BY due_at LIMIT 1`,
    [target.organizationId, target.connectionId],
  );
  return rows[0] === undefined ? undefined : Number(rows[0].in_ms);
}
