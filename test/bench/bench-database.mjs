// The migrated tables on a durable PostgreSQL of their own, without server or sandbox.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  Tenancy,
  createDataSource,
  migrate,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '@rekomi/database';
import pg from 'pg';

/** @param poolSize sessions of the runtime role */
export async function openBenchDatabase(poolSize = 4) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rekomi-bench-'));
  const postgres = await startEmbeddedPostgres({ dataFolder: folder });
  await migrate(postgres.ownerUrl, postgres.appUrl);
  const superuserUrl = new URL(postgres.superuserUrl);
  superuserUrl.pathname = new URL(postgres.appUrl).pathname;
  const superuser = new pg.Pool({ connectionString: superuserUrl.href, max: 3 });
  const source = createDataSource({
    url: postgres.appUrl,
    poolSize,
    applicationName: 'bench',
    statementTimeoutMs: 0,
  });
  await source.initialize();
  const { rows } = await superuser.query(
    `WITH o AS (INSERT INTO organization (id, slug, name) VALUES (new_id(), 'bench', 'Bench') RETURNING id)
     INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
     SELECT new_id(), o.id, 'customer-io', 'Bench', 'sandbox', 'verified', '\\x01' FROM o
     RETURNING id AS "connectionId", organization_id AS "organizationId"`,
  );
  return {
    appUrl: postgres.appUrl,
    superuserUrl: superuserUrl.href,
    superuser,
    target: rows[0],
    /** As the engine has it. */
    engine: new Tenancy(source, { byIndex: true }),
    /** As the API has it. */
    tenancy: new Tenancy(source),
    async close() {
      await source.destroy();
      await superuser.end();
      await postgres.stop();
      await removeEmbeddedPostgres(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
