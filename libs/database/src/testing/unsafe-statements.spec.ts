import type { QueryRunner } from 'typeorm';

import { migrations } from '../migrations/index.js';
import { unsafeStatements } from './unsafe-statements.js';

/** Migrations before this one were made before anybody ran the product: there was no version before them. */
const FIRST = 1763900000017;

async function statementsOf(Migration: (typeof migrations)[number]): Promise<readonly string[]> {
  const statements: string[] = [];
  const query = (sql: string): Promise<unknown[]> => {
    statements.push(sql);
    return Promise.resolve([]);
  };
  await new Migration().up({ query } as unknown as QueryRunner);
  return statements;
}

const since = migrations.filter(({ name }) => Number(/\d+$/.exec(name)?.[0]) >= FIRST);

describe('a migration that runs while processes of the version before work', () => {
  it.each(since.map((Migration) => [Migration.name, Migration] as const))(
    'only adds: %s',
    async (_, Migration) => {
      expect(unsafeStatements(await statementsOf(Migration))).toEqual([]);
    },
  );

  it.each([
    'ALTER TABLE campaign DROP COLUMN slug',
    'ALTER TABLE campaign RENAME COLUMN slug TO name',
    'ALTER TABLE campaign ALTER COLUMN slug TYPE bigint',
    'ALTER TABLE campaign ALTER COLUMN slug SET NOT NULL',
    'ALTER TABLE campaign ADD COLUMN mood text NOT NULL',
    'DROP FUNCTION sweep_turn(integer)',
    'CREATE INDEX lane_mood ON lane (mood)',
  ])('is told of what does more: %s', (sql) => {
    expect(unsafeStatements([sql])).toHaveLength(1);
  });

  it.each([
    'ALTER TABLE campaign ADD COLUMN mood text, ADD COLUMN tempo integer NOT NULL DEFAULT 0',
    'CREATE TABLE mood (id uuid NOT NULL, lane_id bigint NOT NULL)',
    'CREATE FUNCTION forget() RETURNS void AS $$ DROP TABLE x $$ LANGUAGE sql',
    'CREATE INDEX campaign_mood ON campaign (mood)',
  ])('may add: %s', (sql) => {
    expect(unsafeStatements([sql])).toEqual([]);
  });

  it('may do anything to a table of its own', () => {
    const made = ['CREATE TABLE lane (id bigint)', 'CREATE INDEX lane_id ON lane (id)'];
    expect(unsafeStatements(made)).toEqual([]);
  });
});
