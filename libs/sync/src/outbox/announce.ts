import type { EntityManager } from 'typeorm';

import type { OutboxQuery } from '../ports.js';

/** Whoever has no endpoint pays for this look, once per transaction, and nothing else. */
const LISTENING = `
  SELECT 1 FROM webhook_endpoint
   WHERE organization_id = $1 AND deleted_at IS NULL AND state = 'enabled' LIMIT 1`;

/** The messages that a query's events are for endpoints that listen. @param rest further conditions on `e` and `f`, order */
const messagesBy = (sql: string, rest = ''): string => `
  WITH found AS (${sql}), item AS (
    SELECT e.id AS endpoint_id, f.*
      FROM found f
      JOIN webhook_endpoint e ON e.organization_id = $1 AND e.deleted_at IS NULL AND e.state = 'enabled'
       AND (e.event_types IS NULL OR f.event_name = ANY (e.event_types)) ${rest}
  )`;

/** Endpoints that take any message as it is, and those that named the event. */
const STANDARD_FORM = `AND (e.template IS NULL OR f.event_name = ANY (e.event_types))`;

/**
 * One lane per endpoint and event: every message has a schedule of its own, and nothing waits behind one that fails. Where
 * the lane is there already, the message is on its way, and stays what it is.
 */
const OPEN_LANES = `, opened AS (
    INSERT INTO lane AS l (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
    SELECT $1, endpoint_id, event_id, now(), 1, false FROM item ORDER BY endpoint_id, event_id
    ON CONFLICT (connection_id, contact_id) DO NOTHING
    RETURNING l.id, l.connection_id, l.contact_id
  ), added AS (
    INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause,
                          event_id, event_name, dedupe_id, occurred_at, payload)
    SELECT o.id, 1, new_id(), $1, i.endpoint_id, i.contact_id, 'event', i.cause,
           i.event_id, i.event_name, i.event_id::text, i.occurred_at, i.payload
      FROM item i JOIN opened o ON o.connection_id = i.endpoint_id AND o.contact_id = i.event_id
     ORDER BY i.event_id
  )
  SELECT array(SELECT DISTINCT connection_id FROM opened)::text[] AS endpoints,
         (SELECT count(*) FROM opened)::integer AS messages, set_config('enable_nestloop', 'on', true)`;

/** As in `enqueueFound`: how much a query finds is guessed wrongly, and nested loops would take minutes. */
const WITHOUT_NESTED_LOOPS = `SELECT set_config('enable_nestloop', 'off', true)`;

/** @returns ids of the endpoints that now have work. */
export async function announce(
  tx: EntityManager,
  organizationId: string,
  { sql, parameters, aboutNobody }: OutboxQuery,
): Promise<readonly string[]> {
  if (parameters[0] !== organizationId)
    throw new Error('A query for the outbox begins with the organisation.');
  if (!(await anyoneListens(tx, organizationId))) return [];
  await tx.query(WITHOUT_NESTED_LOOPS);
  const [row]: { endpoints: string[] }[] = await tx.query(
    messagesBy(sql, aboutNobody === true ? STANDARD_FORM : '') + OPEN_LANES,
    [...parameters],
  );
  return row?.endpoints ?? [];
}

/** One per transaction; a transaction has one organisation. */
const listening = new WeakMap<EntityManager, Promise<boolean>>();

function anyoneListens(tx: EntityManager, organizationId: string): Promise<boolean> {
  const known =
    listening.get(tx) ?? tx.query(LISTENING, [organizationId]).then((rows: unknown[]) => rows.length > 0);
  listening.set(tx, known);
  return known;
}

export interface Replay {
  readonly endpointId: string;
  readonly query: OutboxQuery;
  /** Only what was not delivered since the moment from which history is looked through. */
  readonly missedSince?: Date;
  /** Oldest first. */
  readonly most: number;
}

/** What is on its way is never told again; of the rest everything, or what history does not call delivered. */
function replayed(
  { endpointId, query, missedSince, most }: Replay,
  limited: boolean,
): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [...query.parameters];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [
    `AND e.id = ${place(endpointId)}::uuid`,
    `AND NOT EXISTS (SELECT FROM lane x WHERE x.organization_id = $1 AND x.connection_id = e.id AND x.contact_id = f.event_id)`,
    ...(missedSince === undefined
      ? []
      : [
          `AND NOT EXISTS (SELECT FROM history h WHERE h.organization_id = $1 AND h.connection_id = e.id
              AND h.contact_id = f.contact_id AND h.event_id = f.event_id AND h.state = 'delivered'
              AND h.settled_at >= ${place(missedSince)}::timestamptz)`,
        ]),
    ...(limited ? [`ORDER BY f.event_id LIMIT ${place(most)}`] : []),
  ];
  return { sql: messagesBy(query.sql, conditions.join('\n')), parameters };
}

/** How many messages {@link replay} would bring, without the limit. */
export async function countReplay(tx: EntityManager, replay: Replay): Promise<number> {
  const { sql, parameters } = replayed(replay, false);
  await tx.query(WITHOUT_NESTED_LOOPS);
  const [row]: { messages: number }[] = await tx.query(
    `${sql} SELECT (SELECT count(*) FROM item)::integer AS messages, set_config('enable_nestloop', 'on', true)`,
    parameters,
  );
  return row?.messages ?? 0;
}

/** @returns how many messages are on their way anew. */
export async function replay(tx: EntityManager, wanted: Replay): Promise<number> {
  const { sql, parameters } = replayed(wanted, true);
  await tx.query(WITHOUT_NESTED_LOOPS);
  const [row]: { messages: number }[] = await tx.query(sql + OPEN_LANES, parameters);
  return row?.messages ?? 0;
}

/** A message that waits for its time is sent at once. @returns false when none waits. */
export async function hurryMessage(
  tx: EntityManager,
  organizationId: string,
  message: { readonly endpointId: string; readonly eventId: string },
): Promise<boolean> {
  const [rows]: [unknown[], number] = await tx.query(
    `UPDATE lane SET next_due_at = now()
      WHERE organization_id = $1 AND connection_id = $2 AND contact_id = $3 AND drain_id IS NULL RETURNING id`,
    [organizationId, message.endpointId, message.eventId],
  );
  return rows.length > 0;
}
