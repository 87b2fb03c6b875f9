import type { EntityManager } from 'typeorm';

import type { ReplayFilter, ReplayPreview, ReplayReach } from './replay-filter.js';
import { isUnbounded, replayCandidates } from './replay-selection.js';

interface Replay {
  readonly organizationId: string;
  readonly id: string;
}

/**
 * Writes the list of a replay down, in one statement. Its candidates are joined by hashing: how many a filter matches
 * PostgreSQL cannot know.
 *
 * @param wanted see `replayCandidates`
 * @returns how many items it has; one more than `most`: it has more than that.
 */
export async function writeList(
  tx: EntityManager,
  { organizationId, id }: Replay,
  filter: ReplayFilter,
  { wanted, most }: { readonly wanted: string; readonly most: number },
): Promise<number> {
  const { sql, parameters } = replayCandidates(organizationId, filter, wanted);
  const [row]: { items: number }[] = await tx.query(
    `WITH listed AS (
       INSERT INTO replay_item (organization_id, replay_id, place, connection_id, contact_id, kind, event_id, source_id,
                                source_settled_at, state, code)
       SELECT $1, $${parameters.length + 1}::uuid, place, connection_id, contact_id, kind, event_id, source_id,
              source_settled_at, state, code
         FROM (${sql} ORDER BY place LIMIT $${parameters.length + 2}) AS candidate
       RETURNING 1)
     SELECT count(*)::integer AS items FROM listed`,
    [...parameters, id, most + 1],
  );
  return row?.items ?? 0;
}

/** Something that could be replayed and is not on the list: a look for the first one. */
const SOMETHING_ELSE = `
  SELECT FROM history h JOIN connection c ON c.id = h.connection_id AND c.organization_id = $1
   WHERE h.organization_id = $1 AND h.kind IN ('contact', 'event') AND h.state <> 'erased'
     AND NOT EXISTS (SELECT FROM replay_item i WHERE i.replay_id = $2 AND i.connection_id = h.connection_id
                        AND i.contact_id = h.contact_id AND i.kind = h.kind
                        AND i.event_id IS NOT DISTINCT FROM h.event_id)
   LIMIT 1`;

export async function reachOf(
  tx: EntityManager,
  { organizationId, id }: Replay,
  filter: ReplayFilter,
  items: number,
): Promise<ReplayReach> {
  if (items === 0) return 'nothing';
  if (isUnbounded(filter)) return 'everything';
  if (filter.which !== 'settled') return 'some';
  const rest: unknown[] = await tx.query(SOMETHING_ELSE, [organizationId, id]);
  // Naming single deliveries is meant, even where there are no others.
  return rest.length === 0 && filter.deliveryIds === undefined ? 'everything' : 'some';
}

export async function countList(
  tx: EntityManager,
  { organizationId, id }: Replay,
): Promise<
  Pick<ReplayPreview, 'counts' | 'connections'> & { readonly arrivedEvents: ReadonlyMap<string, number> }
> {
  const counts: ReplayPreview['counts'] = await tx.query(
    `SELECT kind, state, code, count(*)::integer AS items FROM replay_item
      WHERE organization_id = $1 AND replay_id = $2 GROUP BY kind, state, code ORDER BY kind, items DESC, state, code`,
    [organizationId, id],
  );
  const rows: {
    id: string;
    label: string;
    state: string;
    provider: string;
    items: number;
    arrived: number;
  }[] = await tx.query(
    `SELECT c.id, c.label, c.state, c.provider, i.items, i.arrived
         FROM (SELECT connection_id, count(*)::integer AS items,
                      count(*) FILTER (WHERE kind = 'event' AND state IN ('delivered', 'unchanged'))::integer AS arrived
                 FROM replay_item WHERE organization_id = $1 AND replay_id = $2 GROUP BY connection_id) i
         JOIN connection c ON c.organization_id = $1 AND c.id = i.connection_id ORDER BY c.label, c.id`,
    [organizationId, id],
  );
  const arrivedEvents = new Map<string, number>();
  for (const { provider, arrived } of rows)
    arrivedEvents.set(provider, (arrivedEvents.get(provider) ?? 0) + arrived);
  return {
    counts,
    connections: rows.map(({ id: connectionId, label, state, items }) => ({
      id: connectionId,
      label,
      state,
      items,
    })),
    arrivedEvents,
  };
}
