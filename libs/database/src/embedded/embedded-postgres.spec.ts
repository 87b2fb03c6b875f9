import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import type { EmbeddedPostgres } from './embedded-postgres.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { removeEmbeddedPostgres } from './remove-embedded-postgres.js';
import { withConnection } from './superuser-connection.js';

const isRoot = process.getuid?.() === 0;
let parent: string;
let dataFolder: string;

beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'rekomi-embedded-'));
  // Root hands the server to another account: readable parents keep the data inside the data folder.
  await chmod(parent, 0o755);
  dataFolder = path.join(parent, '.rekomi');
});

afterEach(async () => {
  await removeEmbeddedPostgres(dataFolder);
  await rm(parent, { recursive: true, force: true });
});

const start = (durable = false): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dataFolder, durable });
const one = (url: string, sql: string): Promise<Record<string, unknown>> =>
  withConnection(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows[0] ?? {});
const killServer = async (server: EmbeddedPostgres): Promise<void> => {
  const file = path.join(server.dataDirectory, 'postmaster.pid');
  process.kill(Number((await readFile(file, 'utf8')).split('\n')[0]), 'SIGKILL');
};

describe('the embedded PostgreSQL server', () => {
  it('starts on loopback with separate roles for migrations and for the product', async () => {
    const server = await start();
    expect(server.reused).toBe(false);
    const roles = 'SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user';
    expect(await one(server.appUrl, roles)).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
    });
    expect(await one(server.ownerUrl, roles)).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: true,
    });
    expect(await one(server.appUrl, 'SHOW listen_addresses')).toEqual({ listen_addresses: '127.0.0.1' });
    await expect(one(server.appUrl, 'CREATE TABLE public.mine (id int)')).rejects.toThrow(
      /permission denied/,
    );
    await one(server.ownerUrl, 'CREATE TABLE public.ours (id int)');
  });

  it('folds the case of letters beyond ASCII', async () => {
    const server = await start();
    expect(await one(server.appUrl, "SELECT lower('ÄÖÉŁЖ') AS folded")).toEqual({ folded: 'äöéłж' });
  });

  it('lets the owner create a role and join it, as the migrations do', async () => {
    const server = await start();
    await withConnection(server.ownerUrl, async (owner) => {
      await owner.query('CREATE ROLE rekomi_lookup NOLOGIN');
      await owner.query('GRANT rekomi_lookup TO CURRENT_USER');
      await owner.query('SET ROLE rekomi_lookup');
    });
  });

  it('keeps data, port and passwords over a restart', async () => {
    const first = await start();
    await one(first.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS value');
    await first.stop();
    const second = await start();
    expect(second.reused).toBe(false);
    expect(second.ownerUrl).toBe(first.ownerUrl);
    expect(await one(second.ownerUrl, 'SELECT value FROM kept')).toEqual({ value: 7 });
  });

  it('keeps its passwords in a file that only its user may read', async () => {
    await start();
    expect((await stat(path.join(dataFolder, 'postgres.json'))).mode & 0o777).toBe(0o600);
  });

  it('is started once when two callers come at the same time', async () => {
    const servers = await Promise.all([start(), start()]);
    expect(servers.map((server) => server.reused).sort()).toEqual([false, true]);
    expect(servers[0]?.port).toBe(servers[1]?.port);
  });

  it('moves to another port when the remembered one is taken', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      expect(await one(second.appUrl, 'SELECT 1 AS up')).toEqual({ up: 1 });
    } finally {
      squatter.close();
    }
  });

  it('comes back after kill -9 with everything that was committed', async () => {
    const first = await start(true);
    await one(first.ownerUrl, 'CREATE TABLE committed AS SELECT 1 AS value');
    await killServer(first);
    const second = await start(true);
    expect(second.reused).toBe(false);
    expect(await one(second.ownerUrl, 'SELECT value FROM committed')).toEqual({ value: 1 });
  });

  it('is not fooled by a left-over pid file whose number another program has now', async () => {
    const first = await start();
    await first.stop();
    // Of the same account: PostgreSQL itself recognises only strangers it may not signal.
    const { uid, gid } = await stat(first.dataDirectory);
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore', cwd: '/', uid, gid });
    try {
      const lines = [stranger.pid, first.dataDirectory, 0, first.port, '', '127.0.0.1', ''];
      await writeFile(path.join(first.dataDirectory, 'postmaster.pid'), `${lines.join('\n')}\n`);
      const second = await start();
      expect(await one(second.appUrl, 'SELECT 1 AS up')).toEqual({ up: 1 });
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('leaves no process behind when it is stopped', async () => {
    const server = await start();
    const file = path.join(server.dataDirectory, 'postmaster.pid');
    await server.stop();
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await expect(one(server.appUrl, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('stops even while somebody has a transaction open', async () => {
    const server = await start();
    await withConnection(server.appUrl, async (client) => {
      await client.query('BEGIN');
      await server.stop();
      await expect(client.query('SELECT 1')).rejects.toThrow();
    });
  });

  it('says what happened and what to do when the files cannot be used', async () => {
    const server = await start();
    await server.stop();
    await rm(path.join(server.dataDirectory, 'global'), { recursive: true });
    await expect(start()).rejects.toThrow(/did not start[\s\S]*global[\s\S]*Fix: .*--reset/);
  });

  it('does not put an empty database in the place of lost data', async () => {
    const server = await start();
    await server.stop();
    await rm(server.dataDirectory, { recursive: true });
    await expect(start()).rejects.toThrow(/database files are gone[\s\S]*Fix: /);
  });

  it('copies a database and drops the copy', async () => {
    const server = await start();
    const template = await server.createDatabase('template_a');
    await one(template.ownerUrl, 'CREATE TABLE copied AS SELECT 3 AS value');
    const copy = await server.createDatabase('copy_a', 'template_a');
    expect(await one(copy.ownerUrl, 'SELECT value FROM copied')).toEqual({ value: 3 });
    await server.dropDatabase('copy_a');
    await expect(one(copy.appUrl, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });

  (isRoot ? it : it.skip)('works for root from a folder that nobody else may enter', async () => {
    await chmod(parent, 0o700);
    const server = await start();
    expect(server.dataDirectory.startsWith(dataFolder)).toBe(false);
    await one(server.ownerUrl, 'CREATE TABLE kept AS SELECT 5 AS value');
    await server.stop();
    expect(await one((await start()).ownerUrl, 'SELECT value FROM kept')).toEqual({ value: 5 });
    await removeEmbeddedPostgres(dataFolder);
    await expect(stat(server.dataDirectory)).rejects.toThrow('ENOENT');
  });

  (isRoot ? it : it.skip)('runs as an unprivileged account when root starts it', async () => {
    const server = await start();
    expect((await stat(server.dataDirectory)).uid).not.toBe(0);
    await expect(mkdir(path.join(dataFolder, 'still-ours'))).resolves.toBeUndefined();
  });
});
