import type { ProviderManifest } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import { cancelJob, endJob, moveJob, startJob } from '../jobs/background-job.js';
import { bringChunk } from './replay-chunk.js';
import { replayText, type ReplayFilter, type ReplayPreview } from './replay-filter.js';
import { countList, reachOf, writeList } from './replay-list.js';
import {
  findReplay,
  itemsOf,
  listItems,
  listReplays,
  readResults,
  type ReplayItem,
  type ReplayResult,
  type ReplayRow,
} from './replay-row.js';

/** Items of one replay: what one statement lists within its time. Beyond that, a shorter stretch of time. */
export const MOST_REPLAYED_AT_ONCE = 500_000;

/** Everybody who is meant to be anywhere, as far as the rest of the product knows. */
export interface WantedContacts {
  /** Query with the columns `connection_id` and `contact_id`; its only parameter, `$1`, is the organisation. */
  readonly sql: string;
}

export type DeliveryReplayRefusal =
  | 'not_found'
  | 'too_many'
  /** Everything is meant, and nobody has confirmed that. */
  | 'unconfirmed'
  | 'nothing'
  /** The filter names a connection that there is not. */
  | { readonly unknownConnection: string }
  | { readonly state: ReplayRow['state'] };

export interface DeliveryReplayParts {
  readonly wanted: WantedContacts;
  readonly manifest: (provider: string) => Pick<ProviderManifest, 'capabilities'> | undefined;
}

/**
 * Brings deliveries of connections again. The exact list is written down first, with counts and words; a worker brings it
 * in the background. Contacts are brought up to date, never back; events keep their ids and their order.
 */
export class DeliveryReplayService {
  constructor(private readonly parts: DeliveryReplayParts) {}

  /** Writes the list down and does nothing else. */
  async preview(
    tx: EntityManager,
    organizationId: string,
    wanted: { readonly filter: ReplayFilter; readonly rewrite: boolean; readonly createdBy: string },
  ): Promise<ReplayRow | DeliveryReplayRefusal> {
    const { filter, rewrite, createdBy } = wanted;
    const unknownConnection = await unknownOf(tx, organizationId, filter.connectionIds ?? []);
    if (unknownConnection !== undefined) return { unknownConnection };
    const [made]: { id: string }[] = await tx.query(
      `INSERT INTO replay (id, organization_id, created_by, items, filter, preview, rewrite)
       VALUES (new_id(), $1, $2, 0, $3, '{}', $4) RETURNING id`,
      [organizationId, createdBy, JSON.stringify(filter), rewrite],
    );
    if (made === undefined) throw new Error('A replay was not stored.');
    const replay = { organizationId, id: made.id };
    const options = { wanted: this.parts.wanted.sql, most: MOST_REPLAYED_AT_ONCE };
    const items = await writeList(tx, replay, filter, options);
    if (items > MOST_REPLAYED_AT_ONCE) return 'too_many';
    const reach = await reachOf(tx, replay, filter, items);
    const { counts, connections, arrivedEvents } = await countList(tx, replay);
    const facts = { reach, counts, connections, wouldRepeat: this.#wouldRepeat(arrivedEvents) };
    const preview: ReplayPreview = { ...facts, text: replayText(facts) };
    await tx.query(`UPDATE replay SET items = $3, preview = $4 WHERE organization_id = $1 AND id = $2`, [
      organizationId,
      made.id,
      items,
      JSON.stringify(preview),
    ]);
    return (await findReplay(tx, organizationId, made.id)) ?? 'not_found';
  }

  /** Begins, or goes on where it was cancelled or failed. */
  async start(
    tx: EntityManager,
    organizationId: string,
    id: string,
    { confirmed }: { readonly confirmed: boolean },
  ): Promise<ReplayRow | DeliveryReplayRefusal> {
    const replay = await findReplay(tx, organizationId, id);
    if (replay === undefined) return 'not_found';
    if (replay.state === 'running') return replay;
    if (replay.preview.reach === 'nothing') return 'nothing';
    if (replay.preview.reach === 'everything' && !confirmed) return 'unconfirmed';
    if (!(await startJob(tx, { table: 'replay', organizationId, id }))) return { state: replay.state };
    return (await findReplay(tx, organizationId, id)) ?? 'not_found';
  }

  /** Stops after the chunk that is being worked on. What is on its way stays on its way. */
  async cancel(
    tx: EntityManager,
    organizationId: string,
    id: string,
  ): Promise<ReplayRow | DeliveryReplayRefusal> {
    const replay = await findReplay(tx, organizationId, id);
    if (replay === undefined) return 'not_found';
    if (replay.state === 'cancelled') return replay;
    if (!(await cancelJob(tx, { table: 'replay', organizationId, id }))) return { state: replay.state };
    return (await findReplay(tx, organizationId, id)) ?? 'not_found';
  }

  /**
   * Brings single deliveries at once, as many as one chunk holds.
   *
   * @returns what became of each that there is, by its id, and the connections to wake after the commit.
   */
  async retry(
    tx: EntityManager,
    organizationId: string,
    wanted: { readonly deliveryIds: readonly string[]; readonly createdBy: string },
  ): Promise<{ readonly items: ReadonlyMap<string, ReplayItem>; readonly connectionIds: readonly string[] }> {
    const { deliveryIds, createdBy } = wanted;
    const filter: ReplayFilter = { which: 'settled', deliveryIds };
    const replay = await this.preview(tx, organizationId, { filter, rewrite: false, createdBy });
    if (typeof replay === 'string' || !('id' in replay)) return { items: new Map(), connectionIds: [] };
    if (replay.items === 0) {
      // Nothing of it is worth keeping.
      await tx.query(`DELETE FROM replay WHERE organization_id = $1 AND id = $2`, [
        organizationId,
        replay.id,
      ]);
      return { items: new Map(), connectionIds: [] };
    }
    const job = { table: 'replay', organizationId, id: replay.id } as const;
    await startJob(tx, job);
    const chunk = { organizationId, replayId: replay.id, after: 0, size: replay.items };
    const { items, connectionIds } = await bringChunk(tx, chunk, replay);
    await moveJob(tx, job, { done: items, itemsPerSecond: items });
    await endJob(tx, job, 'finished');
    return { items: await itemsOf(tx, job, deliveryIds), connectionIds };
  }

  find(tx: EntityManager, organizationId: string, id: string): Promise<ReplayRow | undefined> {
    return findReplay(tx, organizationId, id);
  }

  /** Newest first; one row more than `limit`, which tells whether there is more. */
  list(
    tx: EntityManager,
    organizationId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly ReplayRow[]> {
    return listReplays(tx, organizationId, { ...page, limit: page.limit + 1 });
  }

  /** In the order in which they are brought; one more than `limit`. */
  items(
    tx: EntityManager,
    organizationId: string,
    id: string,
    page: { readonly limit: number; readonly after?: number },
  ): Promise<readonly ReplayItem[]> {
    return listItems(tx, { organizationId, id }, { ...page, limit: page.limit + 1 });
  }

  results(tx: EntityManager, organizationId: string, replay: ReplayRow): Promise<readonly ReplayResult[]> {
    return readResults(tx, organizationId, replay);
  }

  #wouldRepeat(arrivedEvents: ReadonlyMap<string, number>): number {
    let events = 0;
    for (const [provider, arrived] of arrivedEvents) {
      if (this.parts.manifest(provider)?.capabilities.eventDedupe === 'none') events += arrived;
    }
    return events;
  }
}

async function unknownOf(
  tx: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<string | undefined> {
  if (ids.length === 0) return undefined;
  const rows: { id: string }[] = await tx.query(
    `SELECT id FROM connection WHERE organization_id = $1 AND id = ANY ($2::uuid[])`,
    [organizationId, ids],
  );
  const known = new Set(rows.map(({ id }) => id));
  return ids.find((id) => !known.has(id.toLowerCase()));
}
