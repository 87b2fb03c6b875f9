import type { EntityManager } from 'typeorm';

import { JOB_FIELDS, type JobRow } from '../jobs/background-job.js';
import type { ReplayFilter, ReplayPreview } from './replay-filter.js';

/** A replay as stored. */
export interface ReplayRow extends JobRow {
  readonly filter: ReplayFilter;
  readonly preview: ReplayPreview;
  readonly rewrite: boolean;
}

/** One item of a replay's list. */
export interface ReplayItem {
  readonly place: number;
  readonly connection_id: string;
  readonly contact_id: string;
  readonly kind: 'contact' | 'event';
  readonly event_id: string | null;
  /** How it stood when the list was written down. */
  readonly source_id: string | null;
  readonly state: string;
  readonly code: string | null;
  /** What brings it. Null: not yet, or passed over. */
  readonly delivery_id: string | null;
  readonly skipped: string | null;
}

/** What became of what was brought: states of deliveries, `open` for those under way. */
export interface ReplayResult {
  readonly kind: 'contact' | 'event';
  readonly state: string;
  readonly code: string | null;
  readonly items: number;
}

const FIELDS = `${JOB_FIELDS}, filter, preview, rewrite`;

export async function findReplay(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<ReplayRow | undefined> {
  const rows: ReplayRow[] = await tx.query(
    `SELECT ${FIELDS} FROM replay WHERE organization_id = $1 AND id = $2`,
    [organizationId, id],
  );
  return rows[0];
}

/** Newest first. */
export function listReplays(
  tx: EntityManager,
  organizationId: string,
  page: { readonly limit: number; readonly after?: string },
): Promise<readonly ReplayRow[]> {
  return tx.query(
    `SELECT ${FIELDS} FROM replay WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [organizationId, page.after ?? null, page.limit],
  );
}

/** In the order in which they are brought. */
export function listItems(
  tx: EntityManager,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
  page: { readonly limit: number; readonly after?: number },
): Promise<readonly ReplayItem[]> {
  return tx.query(
    `SELECT place, connection_id, contact_id, kind, event_id, source_id, state, code, delivery_id, skipped
       FROM replay_item WHERE organization_id = $1 AND replay_id = $2 AND place > $3 ORDER BY place LIMIT $4`,
    [organizationId, id, page.after ?? 0, page.limit],
  );
}

/** Each item is looked up by its key: a join would read history whole. */
export function readResults(
  tx: EntityManager,
  organizationId: string,
  replay: Pick<ReplayRow, 'id' | 'started_at'>,
): Promise<readonly ReplayResult[]> {
  return tx.query(
    `SELECT i.kind, coalesce(h.state, CASE WHEN i.skipped IS NULL THEN 'open' ELSE 'passed_over' END) AS state,
            coalesce(h.code, i.skipped) AS code, count(*)::integer AS items
       FROM replay_item i
       LEFT JOIN LATERAL (SELECT state, code FROM history
                           WHERE organization_id = $1 AND id = i.delivery_id AND settled_at >= $3::timestamptz OFFSET 0) h ON true
      WHERE i.organization_id = $1 AND i.replay_id = $2 AND (i.delivery_id IS NOT NULL OR i.skipped IS NOT NULL)
      GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2, 3`,
    [organizationId, replay.id, replay.started_at ?? new Date(0)],
  );
}

/** By the ids of deliveries: the item that brings what each was about; one that is held is about its contact. */
export async function itemsOf(
  tx: EntityManager,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
  deliveryIds: readonly string[],
): Promise<ReadonlyMap<string, ReplayItem>> {
  const rows: (ReplayItem & { asked: string })[] = await tx.query(
    `WITH about AS (
       SELECT id, connection_id, contact_id, kind, event_id FROM history
        WHERE organization_id = $1 AND id = ANY ($3::uuid[])
       UNION ALL
       SELECT d.id, d.connection_id, d.contact_id, 'contact', NULL FROM delivery d
        WHERE d.organization_id = $1 AND d.id = ANY ($3::uuid[]))
     SELECT a.id AS asked, i.place, i.connection_id, i.contact_id, i.kind, i.event_id, i.source_id, i.state, i.code,
            i.delivery_id, i.skipped
       FROM about a
       JOIN replay_item i ON i.organization_id = $1 AND i.replay_id = $2 AND i.connection_id = a.connection_id
        AND i.contact_id = a.contact_id AND i.kind = a.kind AND i.event_id IS NOT DISTINCT FROM a.event_id`,
    [organizationId, id, deliveryIds],
  );
  return new Map(rows.map(({ asked, ...item }) => [asked, item]));
}
