import type { Query } from '../reading/delivery-query.js';
import type { DeliveryKind, DeliveryState } from '../reading/delivery-view.js';
import { STILL_DEAD } from '../replay/replay-selection.js';

export const DEAD_STATES = ['refused', 'expired', 'ignored', 'held'] as const;

export interface DeadLetterFilter {
  readonly connectionId?: string;
  readonly contactId?: string;
  readonly kind?: Exclude<DeliveryKind, 'erasure'>;
  readonly state?: Extract<DeliveryState, (typeof DEAD_STATES)[number]>;
  readonly code?: string;
  readonly eventName?: string;
  /** Those that somebody discarded, in place of those that are still to be seen to. */
  readonly discarded: boolean;
}

/** A dead letter's key in the list, and what its delivery does not say. */
export interface DeadLetterRow {
  readonly id: string;
  /** Events that wait behind it in the same lane. */
  readonly waiting: number;
  readonly discarded_at: Date | null;
  readonly discarded_by: string | null;
  readonly note: string | null;
}

/** What stands first in a lane that is held: it goes nowhere by itself. */
const HELD = `
  SELECT h.id, l.tail_seq - h.lane_seq AS waiting, NULL::timestamptz AS discarded_at, NULL::text AS discarded_by,
         NULL::text AS note
    FROM connection c
    JOIN lane l ON l.connection_id = c.id AND l.organization_id = $1 AND l.held_code IS NOT NULL
               AND l.next_due_at = 'infinity' AND l.drain_id IS NULL
   CROSS JOIN LATERAL (SELECT id, lane_seq, kind, event_name FROM delivery
                        WHERE lane_id = l.id AND organization_id = $1 ORDER BY lane_seq LIMIT 1) h
   WHERE c.organization_id = $1`;

const SETTLED = `
  SELECT l.delivery_id AS id,
         CASE WHEN h.kind = 'contact' THEN (
           SELECT count(*) FROM lane w JOIN delivery d ON d.lane_id = w.id
            WHERE w.organization_id = $1 AND w.connection_id = l.connection_id AND w.contact_id = l.contact_id
              AND w.held_code IS NOT NULL) ELSE 0 END AS waiting,
         l.discarded_at, l.discarded_by, l.note
    FROM dead_letter l
    JOIN connection c ON c.id = l.connection_id AND c.organization_id = $1
    JOIN history h ON h.settled_at = l.settled_at AND h.id = l.delivery_id
   WHERE l.organization_id = $1`;

/** Newest first, those that come after the given id. */
export function deadLettersQuery(
  organizationId: string,
  filter: DeadLetterFilter,
  page: { readonly after?: string; readonly limit: number },
): Query {
  const parameters: unknown[] = [organizationId];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const { connectionId, contactId, kind, state, code, eventName, discarded } = filter;
  const shared = [
    connectionId === undefined ? '' : ` AND c.id = ${place(connectionId)}::uuid`,
    contactId === undefined ? '' : ` AND l.contact_id = ${place(contactId)}::uuid`,
    kind === undefined ? '' : ` AND h.kind = ${place(kind)}`,
    eventName === undefined ? '' : ` AND h.event_name = ${place(eventName)}`,
    page.after === undefined ? '' : ` AND h.id < ${place(page.after)}::uuid`,
  ].join('');
  const limit = place(page.limit);
  const ended = (sql: string): string => `(${sql} ORDER BY h.id DESC LIMIT ${limit})`;
  const byCode = (column: string): string => (code === undefined ? '' : ` AND ${column} = ${place(code)}`);
  const branches = [
    ...(state === 'held'
      ? []
      : [
          SETTLED +
            shared +
            byCode('h.code') +
            (state === undefined ? '' : ` AND h.state = ${place(state)}`) +
            (discarded ? ' AND l.discarded_at IS NOT NULL' : ` AND ${STILL_DEAD}`),
        ]),
    ...(discarded || (state !== undefined && state !== 'held')
      ? []
      : [HELD + shared + byCode('l.held_code')]),
  ];
  if (branches.length === 0) branches.push(`${SETTLED}${shared} AND false`);
  return {
    sql: `SELECT id, waiting::integer AS waiting, discarded_at, discarded_by, note
            FROM (${branches.map(ended).join(' UNION ALL ')}) AS every ORDER BY id DESC LIMIT ${limit}`,
    parameters,
  };
}
