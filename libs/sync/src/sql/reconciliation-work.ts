import type { WrittenContact } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import type { ReconciliationFinding } from '../core/reconciliation-finding.js';
import { jsonText } from './json-text.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** One person whom a running reconciliation has still to look at. */
export interface DueCheck {
  readonly organizationId: string;
  readonly reconciliationId: string;
  readonly contactId: string;
  readonly tries: number;
  /** Undefined when it was taken back meanwhile. */
  readonly written?: WrittenContact;
  /** The ledger's state that is compared, as the database wrote it. */
  readonly ledgerAt?: string;
  /** A change is on its way there: what is seen now would be of the past. */
  readonly inHand: boolean;
}

/** Ids of the connection's reconciliations that run: one or none. */
export async function findReconciliations(tx: EntityManager, target: Target): Promise<readonly string[]> {
  const rows: { id: string }[] = await tx.query(
    `SELECT id FROM reconciliation WHERE organization_id = $1 AND connection_id = $2 AND state = 'running'`,
    [target.organizationId, target.connectionId],
  );
  return rows.map(({ id }) => id);
}

/** Takes people for a while: they become due again by themselves when nobody finishes them. */
export async function takeChecks(
  tx: EntityManager,
  target: Target,
  options: { readonly most: number; readonly forMs: number },
): Promise<readonly DueCheck[]> {
  const rows: {
    reconciliation_id: string;
    contact_id: string;
    tries: number;
    written: WrittenContact | null;
    ledger_at: string | null;
    in_hand: boolean;
  }[] = await tx.query(
    `WITH due AS (
       SELECT c.reconciliation_id, c.contact_id FROM reconciliation_contact c
         JOIN reconciliation r ON r.id = c.reconciliation_id AND r.state = 'running'
        WHERE c.organization_id = $1 AND c.connection_id = $2 AND c.outcome = 'waiting' AND c.due_at <= now()
        ORDER BY c.due_at LIMIT $3 FOR UPDATE OF c SKIP LOCKED
     ), taken AS (
       UPDATE reconciliation_contact c SET due_at = now() + $4 * interval '1 millisecond'
         FROM due WHERE c.reconciliation_id = due.reconciliation_id AND c.contact_id = due.contact_id
       RETURNING c.reconciliation_id, c.contact_id, c.tries
     )
     SELECT t.*, l.written, l.updated_at::text AS ledger_at,
            EXISTS (SELECT FROM lane x WHERE x.connection_id = $2 AND x.contact_id = t.contact_id
                       AND (x.drain_id IS NOT NULL OR x.next_due_at <= now())) AS in_hand
       FROM taken t LEFT JOIN ledger l ON l.connection_id = $2 AND l.contact_id = t.contact_id AND l.organization_id = $1`,
    [target.organizationId, target.connectionId, options.most, options.forMs],
  );
  return rows.map((row) => ({
    organizationId: target.organizationId,
    reconciliationId: row.reconciliation_id,
    contactId: row.contact_id,
    tries: row.tries,
    ...(row.written === null ? {} : { written: row.written }),
    ...(row.ledger_at === null ? {} : { ledgerAt: row.ledger_at }),
    inHand: row.in_hand,
  }));
}

export async function putOffCheck(
  tx: EntityManager,
  check: DueCheck,
  inMs: number,
  counts: boolean,
): Promise<void> {
  await tx.query(
    `UPDATE reconciliation_contact SET due_at = now() + $4 * interval '1 millisecond', tries = tries + $5
      WHERE organization_id = $1 AND reconciliation_id = $2 AND contact_id = $3 AND outcome = 'waiting'`,
    [check.organizationId, check.reconciliationId, check.contactId, inMs, Number(counts)],
  );
}

/** Of a reconciliation that was cancelled meanwhile it is kept all the same: it was seen. */
export async function storeFinding(
  tx: EntityManager,
  check: DueCheck,
  finding: Exclude<ReconciliationFinding, { kind: 'again' }> | { readonly outcome: 'taken_back' },
): Promise<void> {
  const seen = 'kind' in finding && finding.kind === 'seen' ? finding : undefined;
  await tx.query(
    `UPDATE reconciliation_contact SET outcome = $4, looked_at = clock_timestamp(), ledger_at = $5::timestamptz,
         consent = $6, code = $7, deviations = $8::jsonb, untold = $9
      WHERE organization_id = $1 AND reconciliation_id = $2 AND contact_id = $3 AND outcome = 'waiting'`,
    [
      check.organizationId,
      check.reconciliationId,
      check.contactId,
      finding.outcome,
      check.ledgerAt ?? null,
      seen?.consent ?? null,
      'code' in finding ? finding.code : null,
      jsonText(seen?.deviations ?? []),
      seen?.untold ?? [],
    ],
  );
}

/** Ends the reconciliation of the connection in which nobody waits any more. */
export async function endFinished(tx: EntityManager, target: Target): Promise<void> {
  await tx.query(
    `UPDATE reconciliation r SET state = 'done', ended_at = clock_timestamp()
      WHERE r.organization_id = $1 AND r.connection_id = $2 AND r.state = 'running'
        AND NOT EXISTS (SELECT FROM reconciliation_contact c
                         WHERE c.reconciliation_id = r.id AND c.outcome = 'waiting')`,
    [target.organizationId, target.connectionId],
  );
}

/** Milliseconds until somebody of a running reconciliation is due; undefined when nobody waits. */
export async function nextCheckInMs(tx: EntityManager, target: Target): Promise<number | undefined> {
  const rows: { in_ms: string }[] = await tx.query(
    `SELECT extract(epoch FROM c.due_at - clock_timestamp()) * 1000 AS in_ms FROM reconciliation_contact c
       JOIN reconciliation r ON r.id = c.reconciliation_id AND r.state = 'running'
      WHERE c.organization_id = $1 AND c.connection_id = $2 AND c.outcome = 'waiting' ORDER BY c.due_at LIMIT 1`,
    [target.organizationId, target.connectionId],
  );
  return rows[0] === undefined ? undefined : Number(rows[0].in_ms);
}
