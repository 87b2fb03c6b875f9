import { SETTLED_STATES } from '../core/delivery.js';
import type { DeliveryKind, DeliveryState } from './delivery-view.js';
import { NO_RECEIPT, RECEIPT_COLUMNS, type ReceiptState } from './receipt-view.js';

/** What an endpoint, as `e`, is called: its description, or the host it is at. */
export const ENDPOINT_LABEL = `coalesce(e.description, substring(e.url FROM '^[a-z]+://([^/?#]+)'), e.url)`;

export interface DeliveryFilter {
  /** Of a connection or an endpoint. */
  readonly connectionId?: string;
  readonly contactId?: string;
  readonly state?: DeliveryState;
  readonly kind?: DeliveryKind;
  readonly eventName?: string;
  readonly code?: string;
  /** Of settled contact deliveries that were, or are to be, read back. */
  readonly receipt?: ReceiptState;
}

/**
 * The connections, each with the time before which its vendor account is not asked (one look at the pace for each), and the
 * endpoints, each with the time until which it rests.
 */
const TARGETS = `target AS MATERIALIZED (
    SELECT c.id, 'connection' AS kind, c.label, c.provider, c.state IN ('verified', 'disconnecting') AS sending,
           pace_blocked_until(c.account_key) AS blocked_until
      FROM connection c WHERE c.organization_id = $1 AND ($2::uuid IS NULL OR c.id = $2)
    UNION ALL
    SELECT e.id, 'webhook_endpoint', ${ENDPOINT_LABEL}, NULL, e.state = 'enabled',
           CASE WHEN e.rests_until > now() THEN e.rests_until END
      FROM webhook_endpoint e WHERE e.organization_id = $1 AND ($2::uuid IS NULL OR e.id = $2))`;

const OPEN = `
  SELECT d.id, d.connection_id, t.kind AS target_kind, t.label AS connection_label, t.provider, d.contact_id, d.kind, d.cause, d.event_id,
         d.event_name, d.occurred_at, d.dedupe_id,
         CASE WHEN l.held_code IS NOT NULL THEN 'held'
              WHEN l.drain_id IS NOT NULL THEN 'sending'
              WHEN l.last_code IS NOT NULL OR l.attempts > 0 OR t.blocked_until IS NOT NULL THEN 'retrying'
              ELSE 'queued' END AS state,
         coalesce(l.held_code, l.last_code) AS code, NULL::text AS field, NULL::text AS detail, NULL::jsonb AS warnings,
         l.attempts,
         CASE WHEN l.held_code IS NULL AND l.drain_id IS NULL AND t.sending
              THEN greatest(l.next_due_at, t.blocked_until) END AS next_attempt_at,
         d.created_at, NULL::timestamptz AS settled_at, ${NO_RECEIPT}
    FROM delivery d JOIN lane l ON l.id = d.lane_id JOIN target t ON t.id = d.connection_id
   WHERE d.organization_id = $1`;

const SETTLED = `
  SELECT d.id, d.connection_id, t.kind AS target_kind, t.label AS connection_label, t.provider, d.contact_id, d.kind, d.cause, d.event_id, d.event_name,
         d.occurred_at, d.dedupe_id, d.state, d.code, d.field, d.detail, d.warnings, d.attempts,
         NULL::timestamptz AS next_attempt_at,
         d.created_at, d.settled_at, ${RECEIPT_COLUMNS}
    FROM history d JOIN target t ON t.id = d.connection_id LEFT JOIN receipt r ON r.delivery_id = d.id
   WHERE d.organization_id = $1`;

/**
 * Lanes are found by target and subject, so a person's open deliveries are found through the connections; those to endpoints,
 * whose lanes are for events, through the events as well.
 */
const LANES_OF_CONTACT = (place: string) =>
  `d.lane_id IN (SELECT x.id FROM target JOIN lane x ON x.connection_id = target.id AND x.contact_id = ${place}
                 UNION ALL
                 SELECT x.id FROM target JOIN event e ON e.organization_id = $1 AND e.affiliate_id = ${place}
                   JOIN lane x ON x.connection_id = target.id AND x.contact_id = e.id
                  WHERE target.kind = 'webhook_endpoint')`;

export interface Query {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Open and settled deliveries in one list, newest first. One statement, so one that settles meanwhile is seen once. */
export function deliveriesQuery(
  organizationId: string,
  filter: DeliveryFilter,
  page: { readonly after?: string; readonly limit: number },
): Query {
  const parameters: unknown[] = [organizationId, filter.connectionId ?? null];
  const place = (value: unknown) => `$${parameters.push(value)}`;
  const shared: string[] = [];
  const [open, settled]: [string[], string[]] = [[], []];
  if (page.after !== undefined) shared.push(`d.id < ${place(page.after)}::uuid`);
  if (filter.kind !== undefined) shared.push(`d.kind = ${place(filter.kind)}`);
  if (filter.eventName !== undefined) shared.push(`d.event_name = ${place(filter.eventName)}`);
  if (filter.contactId !== undefined) {
    const contact = `${place(filter.contactId)}::uuid`;
    open.push(LANES_OF_CONTACT(contact));
    settled.push(`d.contact_id = ${contact}`);
  }
  if (filter.code !== undefined) {
    const code = place(filter.code);
    open.push(`coalesce(l.held_code, l.last_code) = ${code}`);
    settled.push(`d.code = ${code}`);
  }
  if (filter.receipt !== undefined) settled.push(`r.state = ${place(filter.receipt)}`);
  const limit = place(page.limit);
  const ofState = filter.state === undefined ? '' : `WHERE state = ${place(filter.state)}`;
  const isSettled = filter.state !== undefined && SETTLED_STATES.some((state) => state === filter.state);
  const branches = [
    filter.receipt === undefined && (filter.state === undefined || !isSettled)
      ? select(OPEN, [...shared, ...open], ofState, limit)
      : undefined,
    filter.state === undefined || isSettled
      ? select(SETTLED, [...shared, ...settled], ofState, limit)
      : undefined,
  ].filter((branch) => branch !== undefined);
  // Nothing open was read back: an empty list, by a query that still uses every parameter.
  if (branches.length === 0) branches.push(select(SETTLED, [...shared, ...settled, 'false'], ofState, limit));
  return {
    sql: `WITH ${TARGETS} SELECT * FROM (${branches.join(' UNION ALL ')}) AS every ORDER BY id DESC LIMIT ${limit}`,
    parameters,
  };
}

/** One delivery by its id. */
export function deliveryQuery(organizationId: string, deliveryId: string): Query {
  return {
    sql: `WITH ${TARGETS} ${OPEN} AND d.id = $3 UNION ALL ${SETTLED} AND d.id = $3`,
    parameters: [organizationId, null, deliveryId],
  };
}

/** Those with these ids, newest first. */
export function deliveriesByIdQuery(organizationId: string, deliveryIds: readonly string[]): Query {
  return {
    sql: `WITH ${TARGETS} ${OPEN} AND d.id = ANY ($3::uuid[]) UNION ALL ${SETTLED} AND d.id = ANY ($3::uuid[]) ORDER BY id DESC`,
    parameters: [organizationId, null, deliveryIds],
  };
}

function select(from: string, conditions: readonly string[], ofState: string, limit: string): string {
  const where = conditions.map((condition) => ` AND ${condition}`).join('');
  return `(SELECT * FROM (${from}${where}) AS one ${ofState} ORDER BY id DESC LIMIT ${limit})`;
}
