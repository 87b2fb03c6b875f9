import 'reflect-metadata';

import { jest } from '@jest/globals';
import { migratedTestDatabase } from '@rekomi/database/testing';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { pino } from 'pino';

import { readSettings } from './config/read-settings.js';
import { serverSettings } from './config/settings.js';
import type { RunningServer } from './server.js';
import { explainStartFailure } from './start-failure.js';

// On Node 20 Jest cannot load what this plugin requires (ES modules by require). It only serves the page's assets.
jest.unstable_mockModule('@fastify/static', () => ({ default: () => Promise.resolve() }));
const { startServer } = await import('./server.js');

let database: Awaited<ReturnType<typeof migratedTestDatabase>>;
let folder: string;
let server: RunningServer | undefined;

beforeAll(async () => {
  database = await migratedTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'rekomi-server-'));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const start = async (env: Record<string, string> = {}): Promise<RunningServer> => {
  const settings = readSettings(serverSettings, {
    DATABASE_URL: database.appUrl,
    REKOMI_DATA: folder,
    PORT: '0',
    ...env,
  });
  server = await startServer(settings, pino({ level: 'silent' }));
  return server;
};

const get = (running: RunningServer, address: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${running.port}${address}`);

describe('a server', () => {
  it('is alive, and ready once the schema is up to date', async () => {
    const running = await start();
    expect((await get(running, '/livez')).status).toBe(200);
    for (const address of ['/readyz', '/healthz']) {
      const answer = await get(running, address);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ status: 'ok' });
    }
    expect(await (await get(running, '/readyz?verbose')).json()).toEqual({
      status: 'ok',
      checks: [
        { name: 'database', ok: true, detail: 'The database answers.' },
        { name: 'migrations', ok: true, detail: 'The schema is up to date.' },
      ],
    });
  });

  it('keeps the keys of its vault where only it can read them, and finds them again', async () => {
    await (await start()).close();
    const { mode, mtimeMs } = await stat(path.join(folder, 'vault.keys'));
    expect(mode & 0o777).toBe(0o600);
    await (await start()).close();
    expect((await stat(path.join(folder, 'vault.keys'))).mtimeMs).toBe(mtimeMs);
  });

  it('wants a key for everything under /v1, and describes itself to everybody', async () => {
    const running = await start({ ROLE: 'api' });
    expect(await (await get(running, '/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
    expect((await get(running, '/docs')).headers.get('content-type')).toContain('text/html');
    expect(await (await get(running, '/problems/not_found')).json()).toMatchObject({ code: 'not_found' });
    expect(await (await get(running, '/problems/credentials_rejected')).json()).toMatchObject({
      fix: expect.any(String),
    });
    expect((await get(running, '/problems/constructor')).status).toBe(404);
    expect((await get(running, '/v1/nothing')).status).toBe(404);
  });

  it('sends protective headers and no permission for other origins', async () => {
    const { headers } = await fetch(`http://127.0.0.1:${(await start()).port}/livez`, {
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('that only works answers nothing but probes', async () => {
    const running = await start({ ROLE: 'worker' });
    expect((await get(running, '/livez')).status).toBe(200);
    expect((await get(running, '/readyz')).status).toBe(200);
    expect((await get(running, '/openapi.json')).status).toBe(404);
  });

  it('is alive and not ready when its database is gone, and says so without inner details', async () => {
    const lost = await migratedTestDatabase();
    const running = await start({ DATABASE_URL: lost.appUrl });
    await lost.drop();
    expect((await get(running, '/livez')).status).toBe(200);
    const answer = await get(running, '/readyz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'unavailable',
      checks: [{ name: 'database', ok: false, detail: 'The database does not answer.' }],
    });
  });

  it('closes once, however often it is asked to', async () => {
    const running = await start();
    await Promise.all([running.close(), running.close()]);
    await expect(get(running, '/livez')).rejects.toThrow();
  });
});

describe('a schema that is not up to date', () => {
  it('keeps a server from being ready, and names what to run', async () => {
    const old = await migratedTestDatabase();
    const owner = new pg.Client(old.ownerUrl);
    await owner.connect();
    const removed = await owner.query<{ name: string }>(
      'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING name',
    );
    await owner.end();
    const running = await start({ DATABASE_URL: old.appUrl });
    const answer = await get(running, '/readyz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      checks: [
        { name: 'database', ok: true },
        { name: 'migrations', ok: false, detail: expect.stringContaining(removed.rows[0]?.name ?? '-') },
      ],
    });
    await running.close();
    await old.drop();
  });
});

describe('a start that fails tells why and what to do', () => {
  const explanationOf = (env: Record<string, string>): Promise<string | undefined> =>
    start(env).then(() => 'it started', explainStartFailure);
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(database.appUrl);
    change(url);
    return url.toString();
  };

  it('when the port is taken', async () => {
    const first = await start();
    expect(await explanationOf({ PORT: String(first.port) })).toMatch(/port is taken.*Set PORT/);
    await first.close();
  });

  it('when nobody answers at the database’s address', async () => {
    expect(await explanationOf({ DATABASE_URL: changed((url) => (url.port = '1')) })).toMatch(
      /does not answer/,
    );
  });

  it('when there is no such database', async () => {
    const url = changed((to) => (to.pathname = '/rekomi_nowhere'));
    expect(await explanationOf({ DATABASE_URL: url })).toMatch(/does not exist/);
  });

  it('when the role could see every tenant’s rows', async () => {
    expect(await explanationOf({ DATABASE_URL: database.superuserUrl })).toMatch(
      /row-level security.*CREATE ROLE/s,
    );
  });

  it('when the keys of the vault are nonsense, without showing them', async () => {
    const told = await explanationOf({ REKOMI_VAULT_KEYS: 'k1:bm9uc2Vuc2U=' });
    expect(told).toContain('REKOMI_VAULT_KEYS');
    expect(told).not.toContain('bm9uc2Vuc2U');
  });
});
