import type { EntityManager } from 'typeorm';

import type { ConnectionPeople } from '../ports.js';
import { selectFirstSync, type FirstSyncMode } from './first-sync-statements.js';

export type FirstSyncState =
  /** No campaign sends anybody there yet. */
  | 'not_started'
  /** Somebody's turn is still to come. */
  | 'running'
  /** Nobody waits, and somebody is left out until a person says that the rest is to go. */
  | 'waiting_for_word'
  | 'done';

/** How far the first sync of a connection is. Times are ISO 8601, UTC. */
export interface FirstSyncProgress {
  readonly mode: FirstSyncMode;
  readonly state: FirstSyncState;
  readonly startedAt?: string;
  readonly continuedAt?: string;
  readonly cancelledAt?: string;
  /** People, each in one of them. */
  readonly counts: {
    /** There. */
    readonly done: number;
    /** Queued, under way or tried again. */
    readonly waiting: number;
    /** Not there, because the vendor refused, did not apply or for days did not take them. */
    readonly refused: number;
    /** Meant to be there, and not sent. */
    readonly leftOut: number;
  };
}

const ENDED_BADLY = `('refused', 'ignored', 'expired')`;

const COUNTS = (people: string): string => `
  SELECT
    (SELECT count(*) FROM ledger WHERE organization_id = $1 AND connection_id = $2 AND present) AS done,
    (SELECT count(*) FROM lane n
       LEFT JOIN ledger l ON l.organization_id = $1 AND l.connection_id = $2 AND l.contact_id = n.contact_id
       LEFT JOIN first_sync_left_out f
         ON f.organization_id = $1 AND f.connection_id = $2 AND f.contact_id = n.contact_id
      WHERE n.organization_id = $1 AND n.connection_id = $2 AND f.contact_id IS NULL
        AND l.present IS NOT TRUE AND (l.state IS NULL OR l.state NOT IN ${ENDED_BADLY})) AS waiting,
    (SELECT count(*) FROM ledger
      WHERE organization_id = $1 AND connection_id = $2 AND NOT present AND state IN ${ENDED_BADLY}) AS refused,
    (SELECT count(*) FROM first_sync_left_out f JOIN (${people}) p ON p.contact_id = f.contact_id
      WHERE f.organization_id = $1 AND f.connection_id = $2) AS left_out`;

/** @param people who is meant to be at the connection. */
export async function readProgress(
  tx: EntityManager,
  target: { readonly organizationId: string; readonly connectionId: string },
  people: ConnectionPeople,
): Promise<FirstSyncProgress> {
  const row = await selectFirstSync(tx, target);
  const [counted]: Record<'done' | 'waiting' | 'refused' | 'left_out', string>[] = await tx.query(
    COUNTS(people.sql),
    [target.organizationId, target.connectionId, false],
  );
  const counts = {
    done: Number(counted?.done ?? 0),
    waiting: Number(counted?.waiting ?? 0),
    refused: Number(counted?.refused ?? 0),
    leftOut: Number(counted?.left_out ?? 0),
  };
  return {
    mode: row?.mode ?? 'all',
    state: stateOf(counts, row?.started_at ?? null),
    ...moment('startedAt', row?.started_at),
    ...moment('continuedAt', row?.continued_at),
    ...moment('cancelledAt', row?.cancelled_at),
    counts,
  };
}

function stateOf(counts: FirstSyncProgress['counts'], startedAt: Date | null): FirstSyncState {
  if (counts.waiting > 0) return 'running';
  if (counts.leftOut > 0) return 'waiting_for_word';
  const began = startedAt !== null || counts.done + counts.refused > 0;
  return began ? 'done' : 'not_started';
}

function moment<Name extends string>(
  name: Name,
  at: Date | null | undefined,
): { readonly [K in Name]?: string } {
  return (at === null || at === undefined ? {} : { [name]: at.toISOString() }) as {
    readonly [K in Name]?: string;
  };
}
