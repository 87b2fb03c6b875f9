import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log of attempts costs less to write, which a delivery in bulk spent a quarter of its time with.
 *
 * Exchanges are kept as JSON text: nothing looks into them in the database, and as jsonb each was taken apart twice. What
 * was logged before, and what a worker of the previous version logs meanwhile, stays in `exchanges`; readers look at both.
 *
 * Attempts are found by their delivery alone, and a person's deliveries stand in history and delivery. So two of three
 * indexes served no question: the one by contact, and the key, which guarded the time and a new id of every row.
 */
export class LighterLog1763900000026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `ALTER TABLE attempt ADD COLUMN exchange_text text`,
      `ALTER TABLE attempt ALTER COLUMN exchanges SET DEFAULT '[]'`,
      `ALTER TABLE attempt DROP CONSTRAINT attempt_pkey`,
      `DROP INDEX attempt_contact`,
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `CREATE INDEX attempt_contact ON attempt (contact_id, at)`,
      `ALTER TABLE attempt ADD PRIMARY KEY (at, id)`,
      `ALTER TABLE attempt ALTER COLUMN exchanges DROP DEFAULT`,
      // The owner is bound by the policies as well, and none lets it see a row.
      `ALTER TABLE attempt NO FORCE ROW LEVEL SECURITY`,
      `UPDATE attempt SET exchanges = exchange_text::jsonb WHERE exchange_text IS NOT NULL`,
      `ALTER TABLE attempt FORCE ROW LEVEL SECURITY`,
      `ALTER TABLE attempt DROP COLUMN exchange_text`,
    ])
      await runner.query(statement);
  }
}
