import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const CONNECT_PATIENCE_MS = 60_000;

/** Opens one connection, hands it to `work` and closes it. A server that is still recovering is waited for. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connect(url: string): Promise<pg.Client> {
  const deadline = Date.now() + CONNECT_PATIENCE_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, ssl: false, connectionTimeoutMillis: 10_000 });
    // Without a listener the end of the server would end this process too.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (err) {
      await client.end().catch(() => undefined);
      const { code, message } = err as { code?: string; message: string };
      // 57P03: the database system is starting up
      if (code === '57P03' && Date.now() < deadline) await delay(100);
      else throw connectionProblem(code, message);
    }
  }
}

function connectionProblem(code: string | undefined, message: string): EmbeddedPostgresError {
  if (code === '28P01') {
    return new EmbeddedPostgresError({
      message: 'The embedded PostgreSQL server refuses the password kept in postgres.json.',
      fix: 'restore that file from a backup, or start over with an empty database: npm start -- --reset',
    });
  }
  return new EmbeddedPostgresError({
    message: `The embedded PostgreSQL server cannot be reached: ${message || code || 'no answer'}.`,
    fix: 'end every process named postgres that uses the data folder and start again.',
  });
}
