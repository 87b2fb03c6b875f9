import type { MigrationInterface, QueryRunner } from 'typeorm';

import { closeTenantTable } from './tenant-table.js';

/** Commission plans, conversions with what they earned, refunds. Money is a whole number of minor units. */
export class Conversions1763900000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE campaign DROP COLUMN commission_plan_id`);
    for (const table of ['refund', 'conversion', 'commission_plan'])
      await runner.query(`DROP TABLE ${table}`);
  }
}

function statements(): readonly string[] {
  return [
    `CREATE TABLE commission_plan (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL REFERENCES organization(id),
       name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
       -- The terms as read and checked; conversions keep what they were reckoned with.
       document jsonb NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       updated_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id)
     )`,
    ...closeTenantTable('commission_plan'),
    `ALTER TABLE campaign ADD COLUMN commission_plan_id uuid`,
    `ALTER TABLE campaign ADD FOREIGN KEY (organization_id, commission_plan_id)
       REFERENCES commission_plan (organization_id, id)`,

    `CREATE TABLE conversion (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       campaign_id uuid NOT NULL,
       affiliate_id uuid NOT NULL,
       -- The merchant's own id of the order: the same one twice is the same conversion.
       order_id text NOT NULL CHECK (length(order_id) BETWEEN 1 AND 255),
       kind text NOT NULL CHECK (kind IN ('sale', 'renewal')),
       -- The merchant's own id of the customer.
       customer_id text CHECK (length(customer_id) BETWEEN 1 AND 255),
       country text CHECK (country ~ '^[A-Z]{2}$'),
       currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
       revenue bigint NOT NULL CHECK (revenue > 0),
       refunded bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND revenue),
       commission bigint NOT NULL CHECK (commission >= 0),
       reversed bigint NOT NULL DEFAULT 0 CHECK (reversed BETWEEN 0 AND commission),
       -- In words, and the parts it was reckoned from.
       reason text NOT NULL,
       lines jsonb NOT NULL,
       plan jsonb,
       tier text,
       occurred_at timestamptz NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, id),
       UNIQUE (organization_id, order_id),
       FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, id),
       FOREIGN KEY (organization_id, affiliate_id) REFERENCES affiliate (organization_id, id)
     )`,
    `CREATE INDEX conversion_standing ON conversion (organization_id, campaign_id, affiliate_id, customer_id)`,
    ...closeTenantTable('conversion'),

    `CREATE TABLE refund (
       id uuid PRIMARY KEY,
       organization_id uuid NOT NULL,
       conversion_id uuid NOT NULL,
       -- The merchant's own id of the refund.
       refund_id text NOT NULL CHECK (length(refund_id) BETWEEN 1 AND 255),
       amount bigint NOT NULL CHECK (amount > 0),
       reversed bigint NOT NULL CHECK (reversed >= 0),
       occurred_at timestamptz NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (organization_id, refund_id),
       FOREIGN KEY (organization_id, conversion_id) REFERENCES conversion (organization_id, id)
     )`,
    `CREATE INDEX refund_conversion ON refund (conversion_id)`,
    ...closeTenantTable('refund', 'SELECT, INSERT'),
  ];
}
