import type { Deviation, ErrorCode } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import {
  driftEstimate,
  type DriftOfPart,
  type ReconciledOutcome,
  type ReconciledPerson,
  type ReconciliationState,
  type ReconciliationView,
} from './reconciliation-view.js';

interface Key {
  readonly organizationId: string;
  readonly connectionId: string;
}

type Count =
  'same' | 'drifted' | 'missing' | 'unread' | 'taken_back' | 'waiting' | 'unsubscribed' | 'left' | 'repaired';

interface Row extends Readonly<Record<Count, number>> {
  readonly id: string;
  readonly connection_id: string;
  readonly state: ReconciliationState;
  readonly sample_size: number | null;
  readonly population: number;
  readonly sampled: number;
  readonly created_by: string;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly repaired_at: Date | null;
}

const VIEW = `
  SELECT r.*, n.* FROM reconciliation r CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE c.outcome = 'same')::integer AS same,
           count(*) FILTER (WHERE c.outcome = 'drifted')::integer AS drifted,
           count(*) FILTER (WHERE c.outcome = 'missing')::integer AS missing,
           count(*) FILTER (WHERE c.outcome = 'unread')::integer AS unread,
           count(*) FILTER (WHERE c.outcome = 'taken_back')::integer AS taken_back,
           count(*) FILTER (WHERE c.outcome = 'waiting')::integer AS waiting,
           count(*) FILTER (WHERE c.consent IN ('unsubscribed', 'bounced', 'complained', 'suppressed'))::integer AS unsubscribed,
           count(*) FILTER (WHERE c.deviations @> '[{"part": "audience"}]')::integer AS left,
           count(c.repaired_at)::integer AS repaired
      FROM reconciliation_contact c WHERE c.reconciliation_id = r.id) AS n
   WHERE r.organization_id = $1 AND r.connection_id = $2`;

export async function selectReconciliation(
  tx: EntityManager,
  { organizationId, connectionId }: Key,
  id: string,
): Promise<ReconciliationView | undefined> {
  const rows: Row[] = await tx.query(`${VIEW} AND r.id = $3`, [organizationId, connectionId, id]);
  return rows[0] === undefined ? undefined : viewOf(rows[0]);
}

/** Newest first, after the given id. */
export async function selectReconciliations(
  tx: EntityManager,
  { organizationId, connectionId }: Key,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly ReconciliationView[]> {
  const rows: Row[] = await tx.query(
    `${VIEW} AND ($3::uuid IS NULL OR r.id < $3) ORDER BY r.id DESC LIMIT $4`,
    [organizationId, connectionId, page.after ?? null, page.limit],
  );
  return rows.map(viewOf);
}

/** What deviates, by field, tag and audience, with three people each. */
export async function selectDrift(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<readonly DriftOfPart[]> {
  return tx.query(
    `WITH deviation AS (
       SELECT c.contact_id, d.value AS one,
              row_number() OVER (PARTITION BY d.value ->> 'part', d.value ->> 'name' ORDER BY c.contact_id) AS place
         FROM reconciliation_contact c CROSS JOIN LATERAL jsonb_array_elements(c.deviations) AS d
        WHERE c.organization_id = $1 AND c.reconciliation_id = $2)
     SELECT one ->> 'part' AS part, one ->> 'name' AS name,
            count(*) FILTER (WHERE one ->> 'kind' = 'missing')::integer AS missing,
            count(*) FILTER (WHERE one ->> 'kind' = 'different')::integer AS different,
            jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
              'contactId', contact_id, 'wrote', one -> 'wrote', 'found', one -> 'found'))) FILTER (WHERE place <= 3) AS examples
       FROM deviation GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT 200`,
    [organizationId, id],
  );
}

interface PersonRow {
  readonly contact_id: string;
  readonly email: string | null;
  readonly outcome: ReconciledOutcome;
  readonly consent: string | null;
  readonly code: ErrorCode | null;
  readonly deviations: readonly Deviation[];
  readonly untold: readonly string[];
  readonly looked_at: Date | null;
  readonly repaired_at: Date | null;
}

/** People in the order of their ids, after the given one. */
export async function selectReconciledPeople(
  tx: EntityManager,
  organizationId: string,
  id: string,
  filter: { readonly outcome?: ReconciledOutcome },
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly ReconciledPerson[]> {
  const rows: PersonRow[] = await tx.query(
    `SELECT c.contact_id, l.written ->> 'email' AS email, c.outcome, c.consent, c.code, c.deviations, c.untold, c.looked_at, c.repaired_at
       FROM reconciliation_contact c LEFT JOIN ledger l ON l.connection_id = c.connection_id AND l.contact_id = c.contact_id
      WHERE c.organization_id = $1 AND c.reconciliation_id = $2 AND ($3::text IS NULL OR c.outcome = $3)
        AND ($4::uuid IS NULL OR c.contact_id > $4) ORDER BY c.contact_id LIMIT $5`,
    [organizationId, id, filter.outcome ?? null, page.after ?? null, page.limit],
  );
  return rows.map((row) => ({
    contactId: row.contact_id,
    ...(row.email === null ? {} : { email: row.email }),
    outcome: row.outcome,
    ...(row.consent === null ? {} : { consent: row.consent }),
    ...(row.code === null ? {} : { code: row.code }),
    deviations: row.deviations,
    untold: row.untold,
    ...(row.looked_at === null ? {} : { lookedAt: row.looked_at.toISOString() }),
    ...(row.repaired_at === null ? {} : { repairedAt: row.repaired_at.toISOString() }),
  }));
}

function viewOf(row: Row): ReconciliationView {
  const seen = row.same + row.drifted + row.missing;
  return {
    id: row.id,
    connectionId: row.connection_id,
    state: row.state,
    sampleSize: row.sample_size,
    population: row.population,
    sampled: row.sampled,
    counts: {
      looked: seen + row.unread + row.taken_back,
      waiting: row.waiting,
      same: row.same,
      drifted: row.drifted,
      missing: row.missing,
      unread: row.unread,
      takenBack: row.taken_back,
      unsubscribed: row.unsubscribed,
      leftAudiences: row.left,
      repaired: row.repaired,
    },
    ...(seen === 0 ? {} : { estimate: driftEstimate(row.population, seen, row.drifted + row.missing) }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
    ...(row.repaired_at === null ? {} : { repairedAt: row.repaired_at.toISOString() }),
  };
}
