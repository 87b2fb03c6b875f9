// The built product on a database of its own: durable PostgreSQL, sandbox and server as processes of their own.
import { fork } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  Tenancy,
  createDataSource,
  migrate,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '@rekomi/database';
import { ApiKeyService, OrganizationService } from '@rekomi/identity';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NO_LIMIT = { trackPerSecond: 0, appPerSecond: 0, delayMs: 0, segmentDelayMs: 0 };

/**
 * @param env for the server, over the defaults
 * @param between stands in front of the sandbox: takes its address, returns its own and how to stop it
 */
export async function startProduct(env = {}, between) {
  const ends = [];
  const stop = async () => {
    for (const last of ends.splice(0).reverse()) await last();
  };
  try {
    return { ...(await begin(env, between, ends)), stop };
  } catch (err) {
    await stop();
    throw err;
  }
}

/** @param ends gets what undoes each step, as soon as it is done */
async function begin(env, between, ends) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rekomi-bench-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  ends.push(() => removeEmbeddedPostgres(folder));
  const postgres = await startEmbeddedPostgres({ dataFolder: folder });
  ends.push(() => postgres.stop());
  await migrate(postgres.ownerUrl, postgres.appUrl);
  const log = openSync(path.join(folder, 'children.log'), 'a');
  const sandbox = await start('apps/sandbox/dist/main.js', { SANDBOX_PORT: '0', SANDBOX_DURABLE: '0' }, log);
  ends.push(() => end(sandbox.child));
  const sandboxUrl = `http://127.0.0.1:${sandbox.port}`;
  const front = await between?.(sandboxUrl);
  ends.push(() => front?.close());
  const startServer = (own) =>
    start(
      'apps/server/dist/main.js',
      {
        DATABASE_URL: postgres.appUrl,
        ROLE: 'all',
        PORT: '0',
        REKOMI_DATA: folder,
        SANDBOX_URL: front?.url ?? sandboxUrl,
        API_REQUESTS_PER_MINUTE: '1000000',
        LOG_LEVEL: 'warn',
        ...env,
        ...own,
      },
      log,
    );
  const server = await startServer({});
  ends.push(() => end(server.child));
  const others = [];
  ends.push(() => Promise.all(others.splice(0).map(end)));
  await sandboxCall(sandboxUrl, 'settings', NO_LIMIT);
  const key = await createKey(postgres.appUrl);
  const superuserUrl = new URL(postgres.superuserUrl);
  superuserUrl.pathname = new URL(postgres.appUrl).pathname;
  return {
    sandboxUrl,
    serverPid: server.child.pid,
    url: `http://127.0.0.1:${server.port}/v1`,
    key,
    superuserUrl: superuserUrl.href,
    appUrl: postgres.appUrl,
    /** Starts one more process of the server. @param own settings, over those of the first. @returns its id. */
    async another(own) {
      const { child } = await startServer(own);
      others.push(child);
      return child.pid;
    },
    /** Ends one of them without a word. @param pid as {@link another} told it */
    async kill(pid) {
      const child = others.find((other) => other.pid === pid);
      others.splice(others.indexOf(child), 1);
      child.removeAllListeners('exit');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
    /** Ends those processes. */
    endOthers: () => Promise.all(others.splice(0).map(end)),
    api: client(`http://127.0.0.1:${server.port}/v1`, key),
    sandbox: (call, body) => sandboxCall(sandboxUrl, call, body),
  };
}

function start(script, env, log) {
  const child = fork(path.join(ROOT, script), {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log, 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', ({ port }) => resolve({ child, port }));
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it listened.`)));
  });
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}

async function createKey(url) {
  const dataSource = createDataSource({ url, poolSize: 1, applicationName: 'bench' });
  await dataSource.initialize();
  const tenancy = new Tenancy(dataSource);
  const organization = await new OrganizationService(tenancy).create('Bench', 'bench');
  const { secret } = await new ApiKeyService(tenancy).create(organization.id, {
    name: 'bench',
    environment: 'test',
    scope: 'read_write',
  });
  await dataSource.destroy();
  return secret;
}

function client(base, key) {
  return async (method, route, body) => {
    const answer = await fetch(base + route, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

async function sandboxCall(url, call, body) {
  const answer = await fetch(`${url}/_sandbox/customer-io/${call}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return answer.json();
}
