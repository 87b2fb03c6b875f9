import 'reflect-metadata';

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { jest } from '@jest/globals';
import { migratedTestDatabase, TcpProxy, type TestDatabase } from '@rekomi/database/testing';
import { EngineCensus } from '@rekomi/sync';
import pg from 'pg';
import { pino } from 'pino';

import { readSettings } from '../config/read-settings.js';
import { serverSettings } from '../config/settings.js';
import type { RunningServer } from '../server.js';
import { parseMetrics, type Sample } from './testing/parse-metrics.js';

// On Node 20 Jest cannot load what this plugin requires (ES modules by require). It only serves the page's assets.
jest.unstable_mockModule('@fastify/static', () => ({ default: () => Promise.resolve() }));
const { startServer } = await import('../server.js');

const TOKEN = 'token-of-these-tests';

let database: TestDatabase;
let superuser: pg.Pool;
let folder: string;
let server: RunningServer | undefined;

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  folder = await mkdtemp(path.join(tmpdir(), 'rekomi-metrics-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const start = async (env: Record<string, string> = { METRICS_TOKEN: TOKEN }): Promise<RunningServer> => {
  const ours = { DATABASE_URL: database.appUrl, REKOMI_DATA: folder, PORT: '0', ROLE: 'api' };
  server = await startServer(readSettings(serverSettings, { ...ours, ...env }), pino({ level: 'silent' }));
  return server;
};

const scrape = (running: RunningServer, token?: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${running.port}/metrics`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

const codeOf = async (answer: Response): Promise<string> =>
  `${answer.status} ${((await answer.json()) as { code: string }).code}`;

async function rows(sql: string): Promise<(Record<string, string> & { value: number })[]> {
  return (await superuser.query<Record<string, string> & { value: number }>(sql)).rows;
}

/** Two organisations with a connection each, an endpoint, and deliveries in many states. @returns what must not be told. */
async function fill(): Promise<readonly string[]> {
  const secrets: string[] = [];
  for (const [n, provider] of ['customer-io', 'mailchimp'].entries()) {
    const [organization, connection, endpoint] = [randomUUID(), randomUUID(), randomUUID()];
    await superuser.query(`INSERT INTO organization (id, slug, name) VALUES ($1, $2, $3)`, [
      ...[organization, `zanzibar-${n}`, `Zanzibar ${n}`],
    ]);
    await superuser.query(
      `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key, account_id)
       VALUES ($1, $2, $3, $4, 'sandbox', $5, $6, 'workspace-4711')`,
      [
        ...[connection, organization, provider, `Label of ${n}`, n === 0 ? 'verified' : 'auth_error'],
        Buffer.from(connection),
      ],
    );
    await superuser.query(
      `INSERT INTO webhook_endpoint (id, organization_id, url) VALUES ($1, $2, 'https://hooks.acme.example/in')`,
      [endpoint, organization],
    );
    // Half of the lanes are held; every lane has two deliveries.
    await superuser.query(
      `WITH l AS (
         INSERT INTO lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending, held_code)
         SELECT $1, $2, gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'infinity' ELSE now() - interval '10 minutes' END, 2, true,
                CASE n % 2 WHEN 0 THEN 'contact_refused' END
           FROM generate_series(1, $3::integer) n RETURNING *)
       INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause)
       SELECT id, n, gen_random_uuid(), organization_id, connection_id, contact_id, 'contact', 'test'
         FROM l, generate_series(1, 2) n`,
      [organization, connection, 6 + n],
    );
    const settled = [
      ...[
        [connection, 'contact', 'delivered', 5 + n],
        [connection, 'event', 'refused', 3],
      ],
      ...[
        [connection, 'contact', 'unchanged', 2],
        [endpoint, 'event', 'delivered', 4],
      ],
    ] as const;
    for (const [target, kind, state, number] of settled) {
      await superuser.query(
        `WITH h AS (
           INSERT INTO history (settled_at, id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause,
                                event_id, state, attempts, created_at)
           SELECT now(), gen_random_uuid(), $1, $2, gen_random_uuid(), 1, 1, $3::text, 'test',
                  CASE $3::text WHEN 'event' THEN gen_random_uuid() END, $4, 1, now()
             FROM generate_series(1, $5::integer) RETURNING 1)
         INSERT INTO delivery_total (organization_id, connection_id, day, kind, state, deliveries)
         SELECT $1, $2, (now() AT TIME ZONE 'UTC')::date - $6::integer, $3, $4, count(*) FROM h`,
        [organization, target, kind, state, number, n * 30],
      );
    }
    secrets.push(organization, connection, endpoint);
  }
  return [...secrets, 'zanzibar', 'Zanzibar', 'Label', 'workspace-4711', 'acme.example', TOKEN];
}

/** Samples of one name, without those that are 0. */
const present = (samples: readonly Sample[], name: string): readonly object[] =>
  samples
    .filter((sample) => sample.name === name && sample.value !== 0)
    .map(({ labels, value }) => ({ ...labels, value }));

describe('metrics', () => {
  it('equal the counts of the database, whichever process is asked, and name nobody', async () => {
    const secrets = await fill();
    const running = await start();
    await fetch(`http://127.0.0.1:${running.port}/v1/connections/${secrets[1]}`);
    await fetch(`http://127.0.0.1:${running.port}/jane.doe@example.com`);
    const answer = await scrape(running, TOKEN);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await answer.text();
    for (const secret of [...secrets, 'jane.doe']) expect(text).not.toContain(secret);
    const samples = parseMetrics(text);

    const byProvider = `FROM history h LEFT JOIN connection c ON c.id = h.connection_id`;
    const expected: Record<string, readonly object[]> = {
      rekomi_deliveries_total: await rows(
        `SELECT coalesce(c.provider, 'webhook') AS provider, h.kind, h.state, count(*)::integer AS value ${byProvider} GROUP BY 1, 2, 3`,
      ),
      rekomi_pending_deliveries: await rows(
        `SELECT c.provider, count(*)::integer AS value FROM delivery d JOIN connection c ON c.id = d.connection_id GROUP BY 1`,
      ),
      rekomi_held_contacts: await rows(
        `SELECT c.provider, count(*)::integer AS value FROM lane l JOIN connection c ON c.id = l.connection_id
          WHERE l.held_code IS NOT NULL GROUP BY 1`,
      ),
      rekomi_dead_letters: await rows(
        `SELECT c.provider, count(*)::integer AS value FROM dead_letter l JOIN connection c ON c.id = l.connection_id GROUP BY 1`,
      ),
      rekomi_connections: await rows(
        `SELECT provider, state, count(*)::integer AS value FROM connection GROUP BY 1, 2`,
      ),
      rekomi_webhook_endpoints: [{ state: 'enabled', value: 2 }],
      rekomi_pending_deliveries_limited: [],
      rekomi_dead_letters_limited: [],
    };
    for (const [name, wanted] of Object.entries(expected)) {
      const told = present(samples, name);
      expect({ name, told: told.length }).toEqual({ name, told: wanted.length });
      expect({ name, told }).toEqual({ name, told: expect.arrayContaining([...wanted]) as unknown });
    }
    // A connection whose key was refused makes nobody late.
    expect(present(samples, 'rekomi_oldest_due_seconds')).toEqual([
      { provider: 'customer-io', value: expect.any(Number) as number },
    ]);

    const worker = await startServer(
      readSettings(serverSettings, {
        ...{ DATABASE_URL: database.appUrl, REKOMI_DATA: folder, PORT: '0', ROLE: 'worker' },
        METRICS_TOKEN: TOKEN,
      }),
      pino({ level: 'silent' }),
    );
    try {
      const there = parseMetrics(await (await scrape(worker, TOKEN)).text());
      expect(present(there, 'rekomi_connections')).toEqual(present(samples, 'rekomi_connections'));
      expect(there.some(({ name }) => name === 'process_cpu_seconds_total')).toBe(true);
    } finally {
      await worker.close();
    }
  });

  it('tell how long requests took by the pattern of their route, whatever was asked for', async () => {
    const running = await start();
    for (const address of [
      'livez',
      'livez',
      `v1/campaigns/${randomUUID()}`,
      'a@example.com',
      'b@example.com',
    ])
      await (await fetch(`http://127.0.0.1:${running.port}/${address}`)).text();
    const samples = parseMetrics(await (await scrape(running, TOKEN)).text());
    expect(present(samples, 'http_server_request_duration_seconds_count')).toEqual([
      ...[
        { http_request_method: 'GET', http_route: '/livez', http_response_status_code: '200', value: 2 },
        {
          ...{ http_request_method: 'GET', http_route: '/v1/campaigns/:id' },
          ...{ http_response_status_code: '401', value: 1 },
        },
        { http_request_method: 'GET', http_route: 'unknown', http_response_status_code: '404', value: 2 },
      ],
    ]);
  });

  it('are not there without a token in the settings, and the answer says which setting that is', async () => {
    const answer = await scrape(await start({}), TOKEN);
    expect(await answer.clone().text()).toContain('METRICS_TOKEN');
    expect(await codeOf(answer)).toBe('404 metrics_off');
  });

  it('are for nobody without the token, who soon may not even try', async () => {
    const running = await start();
    const first = await scrape(running);
    expect(first.headers.get('www-authenticate')).toBe('Bearer realm="metrics"');
    expect(await codeOf(first)).toBe('401 metrics_token_wrong');
    const codes: string[] = [];
    for (let n = 0; n < 10; n += 1) codes.push(await codeOf(await scrape(running, `${TOKEN}-not`)));
    expect(new Set(codes)).toEqual(new Set(['401 metrics_token_wrong', '429 too_many_attempts']));
    expect((await scrape(running, TOKEN)).status).toBe(200);
  });

  it('are counted once for all who ask at the same time', async () => {
    const running = await start();
    const taken = jest.spyOn(EngineCensus.prototype, 'take');
    const answers = await Promise.all(Array.from({ length: 8 }, () => scrape(running, TOKEN)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    // One more where the machine was too slow to let them all in within the second that an answer is kept.
    expect(taken.mock.calls.length).toBeLessThanOrEqual(2);
    taken.mockRestore();
  });

  it('take their token from a file', async () => {
    const file = path.join(folder, 'token');
    await writeFile(file, 'token-from-the-file\n');
    const running = await start({ METRICS_TOKEN_FILE: file });
    expect((await scrape(running, 'token-from-the-file')).status).toBe(200);
  });

  it('are unavailable, not wrong, while the schema is old or the database away', async () => {
    const lost = await migratedTestDatabase();
    const between = await TcpProxy.open({ port: () => Number(new URL(lost.appUrl).port) });
    const url = new URL(lost.appUrl);
    url.host = `127.0.0.1:${between.port}`;
    const running = await start({ METRICS_TOKEN: TOKEN, DATABASE_URL: url.toString() });
    try {
      const owner = new pg.Client(lost.superuserUrl);
      await owner.connect();
      await owner.query('DROP FUNCTION metrics_drains()');
      await owner.end();
      const old = await scrape(running, TOKEN);
      expect(await old.clone().text()).toContain('Run the migrations');
      expect(await codeOf(old)).toBe('503 unavailable');
      await between.close();
      expect(await codeOf(await scrape(running, TOKEN))).toBe('503 database_unavailable');
    } finally {
      await running.close();
      await lost.drop();
    }
  });
});
