import type { Query } from '../reading/delivery-query.js';
import type { ReplayFilter } from './replay-filter.js';

/** States in which something has arrived. */
const ARRIVED = `('delivered', 'unchanged')`;
/** One row for each that a replay could bring; `first_lane` and `first_seq` say where it stood the first time. */
const COLUMNS = `connection_id, contact_id, kind, event_id, source_id, source_settled_at, state, code, lane_id, lane_seq`;

const OF_HISTORY = `SELECT h.connection_id, h.contact_id, h.kind, h.event_id, h.id AS source_id,
         h.settled_at AS source_settled_at, h.state, h.code, h.lane_id, h.lane_seq`;

const SETTLED = `${OF_HISTORY}
    FROM history h JOIN target t ON t.id = h.connection_id
   WHERE h.organization_id = $1 AND h.kind IN ('contact', 'event') AND h.state <> 'erased'`;

/** A contact that was written since is no dead letter any more, whatever the reason of that write was. */
export const STILL_DEAD = `l.discarded_at IS NULL AND NOT (h.kind = 'contact' AND EXISTS (
      SELECT FROM ledger g WHERE g.organization_id = $1 AND g.connection_id = l.connection_id
         AND g.contact_id = l.contact_id AND g.state IN ${ARRIVED}))`;

const DEAD = `${OF_HISTORY}
    FROM dead_letter l JOIN target t ON t.id = l.connection_id
    JOIN history h ON h.settled_at = l.settled_at AND h.id = l.delivery_id
   WHERE l.organization_id = $1 AND ${STILL_DEAD}`;

/** A lane that is held waits for its contact: that is what is brought, and what stands behind it follows. */
const HELD = `SELECT h.connection_id, h.contact_id, 'contact' AS kind, NULL::uuid AS event_id, NULL::uuid AS source_id,
         NULL::timestamptz AS source_settled_at, 'held' AS state, h.held_code AS code, h.id AS lane_id, 0 AS lane_seq
    FROM lane h JOIN target t ON t.id = h.connection_id
   WHERE h.organization_id = $1 AND h.held_code IS NOT NULL`;

/** @param wanted query for everybody who is meant to be anywhere: `connection_id`, `contact_id` */
const NEVER_WRITTEN = (wanted: string): string => `SELECT h.connection_id, h.contact_id, 'contact' AS kind,
         NULL::uuid AS event_id, NULL::uuid AS source_id, NULL::timestamptz AS source_settled_at,
         'never_attempted' AS state, g.code, 0 AS lane_id, 0 AS lane_seq
    FROM (${wanted}) h JOIN target t ON t.id = h.connection_id
    LEFT JOIN ledger g ON g.organization_id = $1 AND g.connection_id = h.connection_id AND g.contact_id = h.contact_id
   WHERE (g.contact_id IS NULL OR g.written_at IS NULL AND NOT g.present)
     AND NOT EXISTS (SELECT FROM lane x WHERE x.connection_id = h.connection_id AND x.contact_id = h.contact_id)`;

const UNTRIED = `${SETTLED} AND h.kind = 'event' AND h.attempts = 0
     AND NOT EXISTS (SELECT FROM history n WHERE n.organization_id = $1 AND n.contact_id = h.contact_id
                        AND n.connection_id = h.connection_id AND n.event_id = h.event_id AND n.attempts > 0)`;

/** Who asks for what failed does not mean what has arrived since. */
const NOT_ARRIVED_SINCE = `
     AND NOT EXISTS (SELECT FROM history n WHERE n.organization_id = $1 AND n.contact_id = h.contact_id
                        AND n.connection_id = h.connection_id AND n.kind = h.kind
                        AND n.event_id IS NOT DISTINCT FROM h.event_id
                        AND n.settled_at > h.settled_at AND n.state IN ${ARRIVED})`;

/**
 * What a filter matches, each contact of a connection and each event of it once, in the order in which it is to be
 * brought: by connection and contact, the contact first, its events as they came the first time.
 *
 * @param wanted everybody who is meant to be anywhere; `$1` is the organisation
 */
export function replayCandidates(organizationId: string, filter: ReplayFilter, wanted: string): Query {
  const parameters: unknown[] = [organizationId];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const any = (column: string, values: readonly unknown[] | undefined, type: string): string =>
    values === undefined ? '' : ` AND ${column} = ANY (${place(values)}::${type}[])`;
  const target = `target AS MATERIALIZED (
    SELECT id FROM connection WHERE organization_id = $1 AND state <> 'disabled'${any('id', filter.connectionIds, 'uuid')})`;
  const { which, kind, states, codes, eventNames, from, to, deliveryIds } = filter;
  const people = any('h.contact_id', filter.contactIds, 'uuid');
  const settled = (): string =>
    [
      people,
      from === undefined ? '' : ` AND h.settled_at >= ${place(from)}::timestamptz`,
      to === undefined ? '' : ` AND h.settled_at < ${place(to)}::timestamptz`,
      kind === undefined ? '' : ` AND h.kind = ${place(kind)}`,
      any('h.state', states, 'text'),
      any('h.code', codes, 'text'),
      any('h.event_name', eventNames, 'text'),
      any('h.id', deliveryIds, 'uuid'),
    ].join('');
  const failed = (states !== undefined || codes !== undefined) && !hasArrived(states);
  const heldIsMeant =
    kind !== 'event' &&
    [from, to, eventNames].every((one) => one === undefined) &&
    (states === undefined || states.includes('held'));
  // A parameter that no branch mentions has no type: each is added where it is used.
  const held = (): readonly string[] =>
    heldIsMeant
      ? [
          HELD +
            people +
            any('h.held_code', codes, 'text') +
            (deliveryIds === undefined
              ? ''
              : ` AND EXISTS (SELECT FROM delivery d WHERE d.lane_id = h.id AND d.id = ANY (${place(deliveryIds)}::uuid[]))`),
        ]
      : [];
  const branches = (): readonly string[] => {
    switch (which) {
      case 'settled':
        return [SETTLED + settled() + (failed ? NOT_ARRIVED_SINCE : ''), ...held()];
      case 'dead_letters':
        return [DEAD + settled(), ...held()];
      case 'never_attempted':
        return [
          ...(kind === 'contact' ? [] : [UNTRIED + settled()]),
          ...(kind === 'event' || [from, to, eventNames, deliveryIds, states].some((one) => one !== undefined)
            ? []
            : [NEVER_WRITTEN(wanted) + people + any('g.code', codes, 'text')]),
        ];
    }
  };
  const found = branches().map((branch) => `SELECT ${COLUMNS} FROM (${branch}) AS branch`);
  if (found.length === 0) found.push(`SELECT ${COLUMNS} FROM (${SETTLED}${people} AND false) AS branch`);
  return {
    sql: `WITH ${target}, found AS (${found.join(' UNION ALL ')}),
    ranked AS (
      SELECT f.*,
             first_value(lane_id) OVER first AS first_lane, first_value(lane_seq) OVER first AS first_seq,
             row_number() OVER (PARTITION BY connection_id, contact_id, kind, event_id
                                    ORDER BY source_settled_at DESC NULLS FIRST) AS age
        FROM found f
      WINDOW first AS (PARTITION BY connection_id, contact_id, kind, event_id ORDER BY lane_id, lane_seq))
    SELECT connection_id, contact_id, kind, event_id, source_id, source_settled_at, state, code,
           row_number() OVER (ORDER BY connection_id, contact_id, kind, first_lane, first_seq)::integer AS place
      FROM ranked WHERE age = 1`,
    parameters,
  };
}

/** Nothing narrows it down. */
export function isUnbounded({ which, ...conditions }: ReplayFilter): boolean {
  return which === 'settled' && Object.values(conditions).every((condition) => condition === undefined);
}

function hasArrived(states: ReplayFilter['states']): boolean {
  return states?.some((state) => state === 'delivered' || state === 'unchanged') ?? false;
}
