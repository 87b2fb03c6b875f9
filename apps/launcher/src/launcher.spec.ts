import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { isProcessAlive, removeEmbeddedPostgres } from '@rekomi/database';
import ts from 'typescript';

import type { LaunchContext } from './launcher.js';
import { launch } from './launcher.js';
import type { LauncherOptions } from './options.js';
import type { Programs } from './programs.js';
import { StopRequest } from './stop-request.js';

/** Small stand-ins for the product's programs: they write down what they were given and keep the launcher's protocol. */
const SERVER = `
  import http from 'node:http';
  import { appendFileSync } from 'node:fs';
  const note = (text) => appendFileSync(process.env.TRACE, text + '\\n');
  note('server ' + process.pid + ' ' + Object.keys(process.env).filter((name) => /^(DATABASE|VAULT|SANDBOX|ROLE)/.test(name)).sort());
  if (process.env.SERVER_FAILS) { console.error('no such table: contact'); process.exit(4); }
  http.createServer((request, response) => {
    if (request.url === '/crash') process.exit(3);
    response.end('pong');
  }).listen(Number(process.env.PORT), '127.0.0.1', () => process.send({ type: 'listening', port: Number(process.env.PORT) }));
  console.log(JSON.stringify({ level: 30, msg: 'quiet' }));
  console.log(JSON.stringify({ level: 40, msg: 'disk nearly full' }));
  process.on('SIGTERM', () => { note('server stops'); if (!process.env.SERVER_HANGS) process.exit(0); });
`;
const SANDBOX = `
  import http from 'node:http';
  import { appendFileSync } from 'node:fs';
  const note = (text) => appendFileSync(process.env.TRACE, text + '\\n');
  http.createServer((request, response) => response.end('sandbox')).listen(Number(process.env.SANDBOX_PORT), '127.0.0.1', () => {
    note('sandbox ' + process.pid);
    process.send({ type: 'listening', port: Number(process.env.SANDBOX_PORT) });
  });
  process.on('SIGTERM', () => { note('sandbox stops'); process.exit(0); });
`;
const MIGRATE = `
  import { appendFileSync } from 'node:fs';
  appendFileSync(process.env.TRACE, 'migrate ' + Boolean(process.env.DATABASE_OWNER_URL) + '\\n');
  if (process.env.MIGRATION_FAILS) { console.error('relation "x" already exists'); process.exit(1); }
`;
const SEED = `
  import { appendFileSync } from 'node:fs';
  appendFileSync(process.env.TRACE, 'seed ' + process.argv.slice(2).join(' ') + '\\n');
  process.send({ type: 'seeded', apiKey: 'rk_test_shown_once' });
`;

const ACCOUNT = `
  import { appendFileSync, existsSync } from 'node:fs';
  appendFileSync(process.env.TRACE, 'account ' + process.argv.slice(2).join(' ') + '\\n');
  const url = 'http://localhost:' + process.env.PORT + '/account/first/shown-once';
  process.send({ type: 'account_link', url: existsSync(process.env.TRACE + '.owned') ? null : url });
`;

let folder: string;
let programs: Programs;
let printed: string[];
let open: { stop: StopRequest; ended: Promise<number> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rekomi-launcher-'));
  await chmod(folder, 0o755);
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, `${name}.mjs`);
    await writeFile(file, text);
    return file;
  };
  const guard = await readFile(path.resolve('apps/launcher/src/child-guard.ts'), 'utf8');
  programs = {
    server: await write('server', SERVER),
    sandbox: await write('sandbox', SANDBOX),
    migrate: await write('migrate', MIGRATE),
    seed: await write('seed', SEED),
    account: await write('account', ACCOUNT),
    guard: await write(
      'guard',
      ts.transpileModule(guard, { compilerOptions: { module: ts.ModuleKind.ESNext } }).outputText,
    ),
  };
  printed = [];
});

afterEach(async () => {
  for (const { stop, ended } of open) {
    stop.press();
    await ended.catch(() => undefined);
  }
  open = [];
  await removeEmbeddedPostgres(path.join(folder, 'data'));
  await rm(folder, { recursive: true, force: true });
});

const trace = async (): Promise<string[]> =>
  (await readFile(path.join(folder, 'trace'), 'utf8').catch(() => '')).trim().split('\n');
const screen = (): string => printed.join('\n');

function run(
  options: Partial<LauncherOptions> = {},
  env: NodeJS.ProcessEnv = {},
): { stop: StopRequest; ended: Promise<number> } {
  const context: LaunchContext = {
    programs,
    options: {
      ...{
        dataFolder: path.join(folder, 'data'),
        database: { appUrl: 'postgres://app', ownerUrl: 'postgres://owner' },
      },
      ...{
        withSandbox: true,
        apiPort: null,
        sandboxPort: null,
        empty: false,
        reset: false,
        yes: false,
        help: false,
      },
      ...options,
    },
    env: { ...process.env, TRACE: path.join(folder, 'trace'), ...env },
    print: (line) => printed.push(line),
    usualPorts: { api: 23_000, sandbox: 24_010 },
  };
  const stop = new StopRequest();
  const running = { stop, ended: launch(context, stop) };
  open.push(running);
  return running;
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 25) {
    if (await what()) return;
    await delay(25);
  }
  throw new Error(`Waited in vain. On the screen:\n${screen()}`);
}

const ready = (): Promise<void> => until(() => screen().includes('is running'));
const url = (name: 'API' | 'Sandbox CRM'): string =>
  new RegExp(`${name} +(http://[^/\\s]+)`).exec(screen())?.[1] ?? '';
const pidOf = (name: string): number => Number(new RegExp(`${name} (\\d+)`).exec(screen())?.[1]);
const answers = (address: string): Promise<boolean> =>
  fetch(address).then(
    (answer) => answer.ok,
    () => false,
  );

describe('npm start', () => {
  it('migrates as owner, starts everything, seeds once and says where everything is', async () => {
    const first = run();
    await ready();
    expect(await answers(url('API'))).toBe(true);
    expect(await answers(url('Sandbox CRM'))).toBe(true);
    expect(screen()).toContain('rk_test_shown_once');
    expect(screen()).toMatch(/Console +http:\/\/localhost:\d+\/account\/first\/shown-once /);
    expect(await trace()).toEqual(expect.arrayContaining(['migrate true', 'seed ']));
    const server = (await trace()).find((line) => line.startsWith('server'));
    expect(server).toMatch(/ DATABASE_URL,ROLE,SANDBOX_URL$/);
    first.stop.press();
    expect(await first.ended).toBe(0);

    printed = [];
    await writeFile(path.join(folder, 'trace.owned'), '');
    run();
    await ready();
    expect(screen()).not.toContain('shown-once');
    expect(screen()).toMatch(/Console +http:\/\/localhost:\d+\/account$/m);
    expect(screen()).not.toContain('rk_test_shown_once');
    expect(screen()).toContain('demo-api-key');
    expect((await trace()).filter((line) => line.startsWith('seed'))).toHaveLength(1);
  });

  it('keeps the key in a file only its user may read, and out of every log', async () => {
    run();
    await ready();
    const data = path.join(folder, 'data');
    expect((await stat(path.join(data, 'demo-api-key'))).mode & 0o777).toBe(0o600);
    for (const name of ['server', 'sandbox', 'migrate', 'seed', 'account']) {
      expect(await readFile(path.join(data, 'logs', `${name}.log`), 'utf8')).not.toMatch(
        /rk_test|shown-once/,
      );
    }
  });

  it('stops the server before the sandbox and leaves no process behind', async () => {
    const running = run();
    await ready();
    const pids = [pidOf('server'), pidOf('sandbox')];
    running.stop.press();
    expect(await running.ended).toBe(0);
    expect((await trace()).slice(-2)).toEqual(['server stops', 'sandbox stops']);
    expect(pids.map(isProcessAlive)).toEqual([false, false]);
  });

  it('ends by force at the second Ctrl-C', async () => {
    const running = run({}, { SERVER_HANGS: 'yes' });
    await ready();
    const pid = pidOf('server');
    const pressedAt = Date.now();
    running.stop.press();
    await delay(1_050);
    running.stop.press();
    await running.ended;
    expect(Date.now() - pressedAt).toBeLessThan(3_000);
    expect(isProcessAlive(pid)).toBe(false);
  });

  it('starts a server again that died, on the same address', async () => {
    run();
    await ready();
    const address = url('API');
    await fetch(`${address}/crash`).catch(() => undefined);
    await until(async () => screen().includes('starting it again') && (await answers(address)));
    expect(screen()).toContain('exit code 3');
  });

  it('shows the last log lines when the server cannot start, and stops the rest', async () => {
    await expect(run({}, { SERVER_FAILS: 'yes' }).ended).rejects.toThrow(
      /exit code 4[\s\S]*no such table: contact[\s\S]*server\.log/,
    );
    expect((await trace()).at(-1)).toBe('sandbox stops');
  });

  it('starts no server when the migrations fail', async () => {
    await expect(run({}, { MIGRATION_FAILS: 'yes' }).ended).rejects.toThrow(
      /"migrate" failed[\s\S]*already exists/,
    );
    expect((await trace()).some((line) => line.startsWith('server'))).toBe(false);
  });

  it('shows warnings of its children on the terminal and keeps the rest in the log', async () => {
    run();
    await ready();
    expect(screen()).toContain('server WARN: disk nearly full');
    expect(screen()).not.toContain('quiet');
    await until(async () =>
      (await readFile(path.join(folder, 'data/logs/server.log'), 'utf8')).includes('quiet'),
    );
  });

  it('takes another port when the usual one is taken, and stays with it', async () => {
    const squatter = createServer().listen(23_000, '127.0.0.1');
    await once(squatter, 'listening');
    const first = run();
    await ready();
    const address = url('API');
    expect(address).not.toContain(':23000');
    first.stop.press();
    await first.ended;
    squatter.close();
    await once(squatter, 'close');
    printed = [];
    run();
    await ready();
    expect(url('API')).toBe(address);
  });

  it('says so when a port that was asked for is taken', async () => {
    const squatter = createServer().listen(23_456, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      await expect(run({ apiPort: 23_456 }).ended).rejects.toThrow(/Port 23456 is taken.*PORT/);
    } finally {
      squatter.close();
    }
  });

  it('does without the sandbox, and passes --empty on', async () => {
    run({ withSandbox: false, empty: true });
    await ready();
    expect(screen()).not.toContain('Sandbox CRM');
    expect((await trace()).some((line) => line.startsWith('sandbox'))).toBe(false);
    expect(await trace()).toContain('seed --empty');
  });

  it('refuses a data folder that holds somebody else’s files', async () => {
    await mkdir(path.join(folder, 'data'));
    await writeFile(path.join(folder, 'data', 'holiday.jpg'), '');
    await expect(run().ended).rejects.toThrow(/holds other files \(holiday\.jpg\)/);
  });

  it('brings the embedded database back when it dies, and stops it at the end', async () => {
    const running = run({ database: null });
    await ready();
    const pidFile = path.join(folder, 'data/postgres/data/postmaster.pid');
    const pid = (await readFile(pidFile, 'utf8')).split('\n')[0];
    process.kill(Number(pid), 'SIGKILL');
    await until(async () => {
      const now = await readFile(pidFile, 'utf8').catch(() => '');
      return now !== '' && now.split('\n')[0] !== pid;
    });
    running.stop.press();
    await running.ended;
    expect(printed.at(-1)).toBe('Stopped. Nothing is left running; the data are kept.');
    await expect(stat(pidFile)).rejects.toThrow('ENOENT');
  });
});
