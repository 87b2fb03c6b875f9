import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable } from './tenant-table.js';

/** The merchant's own event types; which events go where, and under which name. */
export class Events1763900000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `DROP FUNCTION event_dedupe_id(uuid, uuid, timestamptz)`,
      `DROP FUNCTION routed_event_name(jsonb, text)`,
      `ALTER TABLE campaign_destination DROP COLUMN event_rules`,
      `ALTER TABLE connection DROP COLUMN event_rules`,
      `DROP INDEX event_external_id`,
      `ALTER TABLE event ADD UNIQUE (organization_id, external_id)`,
      `DROP INDEX event_affiliate`,
      `CREATE INDEX event_affiliate ON event (affiliate_id, occurred_at)`,
      `DROP INDEX event_name`,
      `ALTER TABLE event DROP COLUMN campaign_id`,
      `ALTER TABLE event RENAME COLUMN received_at TO created_at`,
      `DROP TABLE event_type`,
    ])
      await runner.query(statement);
  }
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function statements(): readonly string[] {
  return [
    `CREATE TABLE event_type (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 100),
       description text CHECK (length(description) BETWEEN 1 AND 1000),
       -- JSON Schema of the data; null takes any. json, not jsonb: the order of its keys is the merchant's.
       schema json,
       example json,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, name)
     )`,
    ...closeTenantTable('event_type'),

    `ALTER TABLE event RENAME COLUMN created_at TO received_at`,
    `ALTER TABLE event ADD COLUMN campaign_id uuid`,
    `ALTER TABLE event ADD CONSTRAINT event_campaign FOREIGN KEY (organization_id, campaign_id)
       REFERENCES campaign (organization_id, id)`,
    // Most events have no external id and need no entry.
    `ALTER TABLE event DROP CONSTRAINT event_organization_id_external_id_key`,
    `CREATE UNIQUE INDEX event_external_id ON event (organization_id, external_id) WHERE external_id IS NOT NULL`,
    // Lists go by id, which is the order of arrival.
    `DROP INDEX event_affiliate`,
    `CREATE INDEX event_affiliate ON event (affiliate_id, id)`,
    `CREATE INDEX event_name ON event (organization_id, name, id)`,

    // As read and checked by the event rules' code. Null of a destination inherits the connection's.
    `ALTER TABLE connection ADD COLUMN event_rules jsonb NOT NULL DEFAULT '{"mode": "all"}'`,
    `ALTER TABLE campaign_destination ADD COLUMN event_rules jsonb`,

    `CREATE FUNCTION routed_event_name(rules jsonb, name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
       SELECT CASE WHEN rules->>'mode' = 'chosen' AND NOT coalesce(rules->'chosen' ? name, false) THEN NULL
                   ELSE coalesce(rules->'names'->>name, name) END $$`,

    // The same as dedupeId of @rekomi/sync, for statements that put many events into lanes: a ULID of the event's time
    // and a hash of connection and event.
    `CREATE FUNCTION event_dedupe_id(connection_id uuid, event_id uuid, occurred_at timestamptz) RETURNS text
       LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
       DECLARE
         -- 2 bits of padding, and 2 more that make the 130 bits of 26 letters.
         bits CONSTANT bit(132) := ('x0' || encode(
           substring(int8send(least(greatest(floor(extract(epoch FROM occurred_at) * 1000), 0), 281474976710655)::bigint) FROM 3)
           || substring(sha256(convert_to(connection_id::text || E'\\n' || event_id::text, 'UTF8')) FOR 10), 'hex'))::bit(132);
       BEGIN
         RETURN ${Array.from({ length: 26 }, (_, letter) => `substr('${CROCKFORD}', substring(bits FROM ${3 + letter * 5} FOR 5)::integer + 1, 1)`).join('\n           || ')};
       END $$`,
  ];
}
