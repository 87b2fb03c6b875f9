import type { UnitOfWork } from '../unit-of-work.js';
import { isPossible, type ReadEvent, type ReferenceKind } from './event-input.js';
import type { JsonSchema } from './event-schema.js';
import { EVENT_COLUMNS, type EventRow } from './event-view.js';

/** An event whose people and campaign are found. */
export interface PlacedEvent extends ReadEvent {
  readonly id: string;
  readonly affiliateId: string;
  readonly campaignId: string | null;
}

export interface EventTarget {
  readonly eventId: string;
  /** Null: a campaign that sends nowhere. */
  readonly connectionId: string | null;
  /** Null: the rules of the connection or campaign hold it back. */
  readonly name: string | null;
}

const FIND_AFFILIATES = `
  SELECT 'affiliateId' AS by, a.id::text AS value, a.id FROM affiliate a
   WHERE a.organization_id = $1 AND a.id = ANY ($2::uuid[])
  UNION ALL
  SELECT 'email', g.value, a.id FROM unnest($3::text[]) AS g(value)
    JOIN affiliate a ON a.organization_id = $1 AND a.email_key = lower(g.value)
  UNION ALL
  SELECT 'externalAffiliateId', a.external_id, a.id FROM affiliate a
   WHERE a.organization_id = $1 AND a.external_id = ANY ($4::text[])`;

export interface FoundAffiliates {
  /** Ids of everybody whom a reference names: one, unless an external id is several people's. */
  idsOf(reference: ReadEvent['reference']): readonly string[];
}

export async function findAffiliates(
  { tx, organizationId }: UnitOfWork,
  events: readonly ReadEvent[],
): Promise<FoundAffiliates> {
  const valuesOf = (wanted: ReferenceKind): readonly string[] => [
    ...new Set(
      events
        .filter(({ reference }) => reference.by === wanted && isPossible(reference))
        .map(({ reference }) => reference.value),
    ),
  ];
  const rows: { by: ReferenceKind; value: string; id: string }[] = await tx.query(FIND_AFFILIATES, [
    organizationId,
    valuesOf('affiliateId'),
    valuesOf('email'),
    valuesOf('externalAffiliateId'),
  ]);
  const found = new Map<string, string[]>();
  for (const { by, value, id } of rows) {
    const key = keyOf({ by, value });
    found.set(key, [...(found.get(key) ?? []), id]);
  }
  return { idsOf: (reference) => found.get(keyOf(reference)) ?? [] };
}

function keyOf({ by, value }: ReadEvent['reference']): string {
  return `${by} ${by === 'affiliateId' ? value.toLowerCase() : value}`;
}

/** Ids of campaigns by what they were called: id or slug. */
export async function findCampaigns(
  { tx, organizationId }: UnitOfWork,
  references: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (references.length === 0) return new Map();
  const rows: { reference: string; id: string }[] = await tx.query(
    `SELECT g.reference, c.id FROM unnest($2::text[]) AS g(reference)
       JOIN campaign c ON c.organization_id = $1 AND (c.slug = g.reference OR c.id::text = lower(g.reference))`,
    [organizationId, references],
  );
  return new Map(rows.map(({ reference, id }) => [reference, id]));
}

export interface DeclaredType {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly schema: JsonSchema | null;
}

export function declaredTypes(
  { tx, organizationId }: UnitOfWork,
  names: readonly string[],
): Promise<readonly DeclaredType[]> {
  return tx.query(
    `SELECT id, name, updated_at::text AS version, schema FROM event_type WHERE organization_id = $1 AND name = ANY ($2::text[])`,
    [organizationId, names],
  );
}

/**
 * In order of external ids: two calls with the same ones wait for each other and never in a circle. Of rows of one call
 * with the same external id the first is stored.
 */
const INSERT = `
  INSERT INTO event (id, organization_id, affiliate_id, campaign_id, external_id, name, occurred_at, data)
  SELECT u.id, $1, u.affiliate_id, u.campaign_id, u.external_id, u.name, u.occurred_at, u.data::jsonb
    FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::text[])
         AS u(id, affiliate_id, campaign_id, external_id, name, occurred_at, data)
   ORDER BY u.external_id, u.id
  ON CONFLICT (organization_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
  RETURNING id, received_at AS "receivedAt"`;

/** @returns when each was received, by id; no entry for those whose external id was there. */
export async function insertEvents(
  { tx, organizationId }: UnitOfWork,
  events: readonly PlacedEvent[],
): Promise<ReadonlyMap<string, Date>> {
  const rows: { id: string; receivedAt: Date }[] = await tx.query(INSERT, [
    organizationId,
    events.map((event) => event.id),
    events.map((event) => event.affiliateId),
    events.map((event) => event.campaignId),
    events.map((event) => event.externalId),
    events.map((event) => event.name),
    events.map((event) => event.occurredAt),
    events.map((event) => JSON.stringify(event.data)),
  ]);
  return new Map(rows.map(({ id, receivedAt }) => [id, receivedAt]));
}

export async function eventsByExternalId(
  { tx, organizationId }: UnitOfWork,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, EventRow>> {
  if (externalIds.length === 0) return new Map();
  const rows: EventRow[] = await tx.query(
    `SELECT ${EVENT_COLUMNS} FROM event WHERE organization_id = $1 AND external_id = ANY ($2::text[])`,
    [organizationId, externalIds],
  );
  return new Map(rows.map((row) => [row.externalId ?? '', row]));
}

/**
 * Where events go: to each connection once. Of several campaigns that lead there, the oldest that lets the event through
 * decides under which name. Goes from the event to its person and from there to the connections (OFFSET 0 keeps it so):
 * while the tables are new to the planner, it reads everybody who is approved anywhere for a single event otherwise.
 */
const TARGETS = `
  SELECT DISTINCT ON (x.event_id, t.connection_id) x.event_id AS "eventId", t.connection_id AS "connectionId",
         routed_event_name(t.rules, x.name) AS name
    FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) AS x(event_id, affiliate_id, campaign_id, name)
    CROSS JOIN LATERAL (SELECT campaign_id, status FROM enrolment
                         WHERE organization_id = $1 AND affiliate_id = x.affiliate_id OFFSET 0) e
    LEFT JOIN LATERAL (SELECT d.connection_id, coalesce(d.event_rules, c.event_rules) AS rules
                         FROM campaign_destination d
                         JOIN connection c ON c.organization_id = $1 AND c.id = d.connection_id AND c.state <> 'disabled'
                        WHERE d.organization_id = $1 AND d.campaign_id = e.campaign_id AND d.enabled OFFSET 0) t ON true
   WHERE e.status = 'approved' AND (x.campaign_id IS NULL OR e.campaign_id = x.campaign_id)
   ORDER BY x.event_id, t.connection_id, routed_event_name(t.rules, x.name) IS NULL, e.campaign_id`;

/** No entry for events of people who are approved nowhere, or not in the campaign of the event. */
export function findTargets(
  { tx, organizationId }: UnitOfWork,
  events: readonly PlacedEvent[],
): Promise<readonly EventTarget[]> {
  if (events.length === 0) return Promise.resolve([]);
  return tx.query(TARGETS, [
    organizationId,
    events.map((event) => event.id),
    events.map((event) => event.affiliateId),
    events.map((event) => event.campaignId),
    events.map((event) => event.name),
  ]);
}
