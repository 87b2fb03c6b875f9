import { countReplay, hurryMessage, replay, type Replay } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

import { findEndpoint } from './endpoint-statements.js';
import type { MessageSource } from './message-source.js';

/** Messages that one call brings on their way. */
export const MOST_REPLAYED = 50_000;

export interface WantedReplay {
  /** From when on events came in. */
  readonly since: Date;
  readonly until?: Date;
  /** `missed`: what was not delivered. `all`: delivered messages as well, with the ids they had. */
  readonly which: 'missed' | 'all';
  readonly dryRun: boolean;
  /** What a dry run counted. With another number now, nothing is done. */
  readonly expected?: number;
}

export interface Replayed {
  readonly matched: number;
  readonly replayed: number;
  /** What further calls would bring. */
  readonly remaining: number;
}

export type ReplayRefusal =
  'not_found' | 'disabled' | 'not_replayable' | 'too_many' | { readonly matched: number };

/** Tells an endpoint again what happened. Messages keep their ids, so a receiver knows what it has. */
export class ReplayService {
  constructor(private readonly messages: MessageSource) {}

  /** Count first, then send the number along. What is on its way already is left alone. */
  async since(
    tx: EntityManager,
    organizationId: string,
    endpointId: string,
    wanted: WantedReplay,
  ): Promise<Replayed | ReplayRefusal> {
    const endpoint = await findEndpoint(tx, organizationId, endpointId);
    if (endpoint === undefined) return 'not_found';
    if (endpoint.state === 'disabled') return 'disabled';
    const work: Replay = {
      endpointId,
      query: this.messages.received(organizationId, wanted.since, wanted.until),
      ...(wanted.which === 'missed' ? { missedSince: wanted.since } : {}),
      most: MOST_REPLAYED,
    };
    const matched = await countReplay(tx, work);
    if (wanted.expected !== undefined && wanted.expected !== matched) return { matched };
    // A second call for all could not tell what the first one has sent by then.
    if (wanted.which === 'all' && matched > MOST_REPLAYED) return 'too_many';
    if (wanted.dryRun) return { matched, replayed: 0, remaining: matched };
    const replayed = await replay(tx, work);
    return { matched, replayed, remaining: matched - replayed };
  }

  /** One message: a settled one is sent again, one that waits for its next attempt is sent at once. */
  async one(
    tx: EntityManager,
    organizationId: string,
    endpointId: string,
    deliveryId: string,
  ): Promise<{ readonly eventId: string } | ReplayRefusal> {
    const endpoint = await findEndpoint(tx, organizationId, endpointId);
    if (endpoint === undefined) return 'not_found';
    const rows: { event_id: string }[] = await tx.query(
      `SELECT event_id FROM delivery WHERE organization_id = $1 AND id = $2 AND connection_id = $3
       UNION ALL
       SELECT event_id FROM history WHERE organization_id = $1 AND id = $2 AND connection_id = $3`,
      [organizationId, deliveryId, endpointId],
    );
    const eventId = rows[0]?.event_id;
    if (eventId === undefined) return 'not_found';
    if (endpoint.state === 'disabled') return 'disabled';
    if (await hurryMessage(tx, organizationId, { endpointId, eventId })) return { eventId };
    const query = this.messages.byIds(organizationId, [eventId]);
    const replayed = await replay(tx, { endpointId, query, most: 1 });
    // In the hands of a drain this very moment, or no longer among the events it listens to.
    return replayed === 1 ? { eventId } : 'not_replayable';
  }
}
