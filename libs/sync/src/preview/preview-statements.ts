import type { ErrorCode } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** Everybody who is meant to be there, with what is known of them. `$3`: whether what is switched off counts. */
const STANDING = (people: string): string => `
  people AS MATERIALIZED (${people}),
  standing AS (
    SELECT p.contact_id, p.since, coalesce(l.present OR l.written IS NOT NULL, false) AS is_there, l.state, l.code,
           f.contact_id IS NOT NULL AS left_out
      FROM people p
      LEFT JOIN ledger l ON l.organization_id = $1 AND l.connection_id = $2 AND l.contact_id = p.contact_id
      LEFT JOIN first_sync_left_out f
        ON f.organization_id = $1 AND f.connection_id = $2 AND f.contact_id = p.contact_id)`;

/** Exactly one of these holds for each person. */
const GROUP = `CASE WHEN is_there THEN 'there' WHEN left_out THEN 'left_out'
                    WHEN state IN ('refused', 'ignored') THEN 'refused' ELSE 'new' END`;

const COUNTS = (people: string): string => `
  WITH ${STANDING(people)}
  SELECT ${GROUP} AS part, CASE WHEN ${GROUP} = 'refused' THEN code END AS code, count(*) AS people
    FROM standing GROUP BY 1, 2
  UNION ALL
  SELECT 'taken_back', NULL, count(*) FROM ledger l
   WHERE l.organization_id = $1 AND l.connection_id = $2 AND (l.present OR l.written IS NOT NULL)
     AND NOT EXISTS (SELECT FROM people p WHERE p.contact_id = l.contact_id)`;

export interface Counted {
  readonly new: number;
  readonly there: number;
  readonly refused: number;
  readonly leftOut: number;
  readonly takenBack: number;
  readonly refusals: readonly { readonly code: ErrorCode; readonly people: number }[];
}

/** One statement, whatever the number of people. */
export async function countPeople(tx: EntityManager, target: Target, people: string): Promise<Counted> {
  const rows: { part: string; code: ErrorCode | null; people: string }[] = await tx.query(COUNTS(people), [
    target.organizationId,
    target.connectionId,
    true,
  ]);
  const of = (part: string): number =>
    rows.filter((row) => row.part === part).reduce((sum, row) => sum + Number(row.people), 0);
  return {
    new: of('new'),
    there: of('there'),
    refused: of('refused'),
    leftOut: of('left_out'),
    takenBack: of('taken_back'),
    refusals: rows
      .filter((row) => row.part === 'refused')
      .map((row) => ({ code: row.code ?? 'contact_refused', people: Number(row.people) }))
      .sort((one, other) => other.people - one.people),
  };
}

/**
 * Some people of one part. Drawn by a hash of their ids: ids go by time, and who came first is no fair sample. The same
 * people come up each time.
 */
export async function drawPeople(
  tx: EntityManager,
  target: Target,
  people: string,
  { part, most }: { readonly part: 'new' | 'there'; readonly most: number },
): Promise<readonly string[]> {
  const rows: { contact_id: string }[] = await tx.query(
    `WITH ${STANDING(people)}
     SELECT contact_id FROM standing WHERE ${GROUP} = $4 ORDER BY md5(contact_id::text) LIMIT $5`,
    [target.organizationId, target.connectionId, true, part, most],
  );
  return rows.map((row) => row.contact_id);
}

/** Who was approved last. */
export async function latestPeople(
  tx: EntityManager,
  target: Target,
  people: string,
  most: number,
): Promise<readonly string[]> {
  const rows: { contact_id: string }[] = await tx.query(
    `SELECT contact_id FROM (${people}) AS people ORDER BY since DESC, contact_id DESC LIMIT $4`,
    [target.organizationId, target.connectionId, true, most],
  );
  return rows.map((row) => row.contact_id);
}
