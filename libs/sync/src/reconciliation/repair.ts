import type { EntityManager } from 'typeorm';

import type { SyncOutbox } from '../ports.js';
import type { Repaired } from './reconciliation-view.js';

interface Key {
  readonly organizationId: string;
  readonly connectionId: string;
}

export interface RepairChoice {
  /** Write people again whom nobody finds under their address. */
  readonly missing: boolean;
  /** Put people back into audiences that they are no longer in. Never those who unsubscribed. */
  readonly audiences: boolean;
}

/** Locked, so that nobody takes them up meanwhile; one that is in hand already is left alone. */
const LOCK_LANES = `
  SELECT id FROM lane WHERE organization_id = $1 AND connection_id = $2 AND contact_id IN (
    SELECT contact_id FROM reconciliation_contact
     WHERE organization_id = $1 AND reconciliation_id = $3 AND outcome IN ('drifted', 'missing'))
   ORDER BY contact_id FOR UPDATE`;

/**
 * The ledger learns what is really there, so that the next write of the contact sends exactly what deviates: what is
 * missing is no longer ours, what differs is ours with the value that was found, and somebody whom nobody finds was never
 * written. An audience that somebody left stays on record unless chosen otherwise, hence is not joined again. Consent is
 * no part of what is written.
 */
const CORRECT = `
  WITH wanted AS (
    SELECT c.contact_id, c.ledger_at, c.outcome = 'missing' AS is_missing,
           ARRAY(SELECT d ->> 'name' FROM jsonb_array_elements(c.deviations) AS d
                  WHERE d ->> 'part' = 'field' AND d ->> 'kind' = 'missing') AS lost_fields,
           (SELECT coalesce(jsonb_object_agg(d ->> 'name', d -> 'found'), '{}') FROM jsonb_array_elements(c.deviations) AS d
             WHERE d ->> 'part' = 'field' AND d ->> 'kind' = 'different') AS other_fields,
           ARRAY(SELECT d ->> 'name' FROM jsonb_array_elements(c.deviations) AS d WHERE d ->> 'part' = 'tag') AS lost_tags,
           CASE WHEN $5::boolean THEN ARRAY(SELECT d ->> 'name' FROM jsonb_array_elements(c.deviations) AS d
                                    WHERE d ->> 'part' = 'audience') ELSE '{}' END AS lost_audiences
      FROM reconciliation_contact c
     WHERE c.organization_id = $1 AND c.reconciliation_id = $3 AND c.repaired_at IS NULL
       AND ((c.outcome = 'missing' AND $4::boolean) OR (c.outcome = 'drifted' AND ($5 OR EXISTS (
             SELECT FROM jsonb_array_elements(c.deviations) AS d WHERE d ->> 'part' <> 'audience'))))
  ), corrected AS (
    UPDATE ledger l SET
        present = l.present AND NOT w.is_missing,
        observed = CASE WHEN w.is_missing THEN NULL ELSE l.observed END,
        written = CASE WHEN w.is_missing THEN NULL ELSE l.written || jsonb_build_object(
          'fields', ((l.written -> 'fields') - w.lost_fields) || w.other_fields,
          'tags', (SELECT coalesce(jsonb_agg(t ORDER BY t), '[]') FROM jsonb_array_elements_text(l.written -> 'tags') AS t
                    WHERE t <> ALL (w.lost_tags)),
          'audiences', (SELECT coalesce(jsonb_agg(a ORDER BY a), '[]') FROM jsonb_array_elements_text(l.written -> 'audiences') AS a
                         WHERE a <> ALL (w.lost_audiences))) END,
        confirmed_at = NULL,
        updated_at = clock_timestamp()
      FROM wanted w
     WHERE l.organization_id = $1 AND l.connection_id = $2 AND l.contact_id = w.contact_id AND l.updated_at = w.ledger_at
       AND NOT EXISTS (SELECT FROM lane x WHERE x.connection_id = $2 AND x.contact_id = l.contact_id AND x.drain_id IS NOT NULL)
    RETURNING l.contact_id
  ), marked AS (
    UPDATE reconciliation_contact c SET repaired_at = now() FROM corrected k
     WHERE c.organization_id = $1 AND c.reconciliation_id = $3 AND c.contact_id = k.contact_id
    RETURNING c.contact_id
  )
  SELECT (SELECT count(*) FROM wanted)::integer AS wanted, (SELECT count(*) FROM marked)::integer AS queued`;

/** What this transaction has marked: its time is the same throughout. */
const MARKED = `
  SELECT c.connection_id, c.contact_id, 'contact' AS kind, 'reconciled' AS cause, NULL::uuid AS event_id,
         NULL::text AS event_name, NULL::timestamptz AS occurred_at, NULL::text AS payload, 1::bigint AS place
    FROM reconciliation_contact c
   WHERE c.organization_id = $1 AND c.reconciliation_id = $2 AND c.repaired_at = now()`;

const LEFT_ALONE = `
  SELECT count(*) FILTER (WHERE outcome = 'missing' AND NOT $3::boolean)::integer AS missing,
         count(*) FILTER (WHERE outcome = 'drifted' AND NOT $4::boolean AND deviations @> '[{"part": "audience"}]')::integer AS audiences
    FROM reconciliation_contact WHERE organization_id = $1 AND reconciliation_id = $2`;

/** @returns what was done, and the connections that now have work. */
export async function repair(
  tx: EntityManager,
  outbox: SyncOutbox,
  { organizationId, connectionId }: Key,
  id: string,
  choice: RepairChoice,
): Promise<{ readonly repaired: Repaired; readonly woken: readonly string[] }> {
  await tx.query(LOCK_LANES, [organizationId, connectionId, id]);
  const [row]: { wanted: number; queued: number }[] = await tx.query(CORRECT, [
    organizationId,
    connectionId,
    id,
    choice.missing,
    choice.audiences,
  ]);
  const { wanted = 0, queued = 0 } = row ?? {};
  const woken = await outbox.recordFound(tx, organizationId, {
    sql: MARKED,
    parameters: [organizationId, id],
  });
  await tx.query(`UPDATE reconciliation SET repaired_at = now() WHERE organization_id = $1 AND id = $2`, [
    organizationId,
    id,
  ]);
  const [left]: { missing: number; audiences: number }[] = await tx.query(LEFT_ALONE, [
    organizationId,
    id,
    choice.missing,
    choice.audiences,
  ]);
  return {
    repaired: {
      queued,
      audiencesLeftAlone: left?.audiences ?? 0,
      missingLeftAlone: left?.missing ?? 0,
      changedSince: wanted - queued,
    },
    woken,
  };
}
