/**
 * Starts the built product the way a person does, in an empty data folder, makes one authenticated call, presses
 * Ctrl-C and looks whether anything is left. Then again on the kept data, and once more with the launcher killed,
 * which must take its children along.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { buildProduct, installDependencies, root } from './prepare.mjs';

const START_PATIENCE_MS = 90_000;
const STOP_PATIENCE_MS = 15_000;
/** Any route that needs a key. */
const AUTHENTICATED_PATH = '/v1/connections';

installDependencies();
buildProduct();

const parent = mkdtempSync(path.join(os.tmpdir(), 'rekomi-start-'));
chmodSync(parent, 0o755);
const env = { ...process.env, REKOMI_DATA: path.join(parent, 'data') };
for (const name of ['DATABASE_URL', 'DATABASE_OWNER_URL', 'PORT', 'SANDBOX_PORT']) delete env[name];

let problem = null;
try {
  await startAndInterrupt('first start');
  await startAndInterrupt('second start');
  await startAndKillLauncher();
} catch (err) {
  problem = err.message;
}
const { removeEmbeddedPostgres } = await import('../libs/database/dist/embedded/index.js');
await removeEmbeddedPostgres(env.REKOMI_DATA);
rmSync(parent, { recursive: true, force: true });
process.stdout.write(problem === null ? 'The product starts, answers and stops.\n' : `${problem}\n`);
process.exit(problem === null ? 0 : 1);

async function startAndInterrupt(name) {
  const product = await start(name);
  await callApi(product.address);
  const began = performance.now();
  process.kill(product.child.pid, 'SIGINT');
  const code = await Promise.race([product.ended, delay(STOP_PATIENCE_MS, 'still running', { ref: false })]);
  if (code !== 0) throw new Error(`${name}: after Ctrl-C: ${code}\n${product.output()}`);
  await nothingLeft(name, product.pids);
  process.stdout.write(`${name}: ready in ${product.seconds} s, stopped in ${seconds(began)} s\n`);
}

async function startAndKillLauncher() {
  const product = await start('launcher killed');
  process.kill(product.child.pid, 'SIGKILL');
  // The database server stays: the next start takes it over.
  await nothingLeft(
    'launcher killed',
    product.pids.filter((pid) => pid !== product.databasePid),
  );
  await startAndInterrupt('start after a kill');
}

async function start(name) {
  const began = performance.now();
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  let code = null;
  const ended = new Promise((resolve) =>
    child.once('exit', (exitCode, signal) => resolve((code = exitCode ?? signal))),
  );
  while (!/Rekomi CRM Sync is running[\s\S]*Start over/.test(output)) {
    if (code !== null) throw new Error(`${name}: ended with ${code}\n${output}`);
    if (performance.now() - began > START_PATIENCE_MS)
      throw new Error(`${name}: not ready in time\n${output}`);
    await delay(50);
  }
  const address = /API +(http:\/\/[^/\s]+)/.exec(output)[1];
  const children = [...output.matchAll(/(?:launcher|server|sandbox) (\d+)/g)].map((match) =>
    Number(match[1]),
  );
  const databasePid = databaseProcess();
  const pids = [...children, ...(databasePid === null ? [] : [databasePid])];
  return { child, ended, address, pids, databasePid, seconds: seconds(began), output: () => output };
}

async function callApi(address) {
  const ready = await fetch(`${address}/readyz`);
  if (!ready.ok) throw new Error(`GET /readyz answered ${ready.status}: ${await ready.text()}`);
  const refused = await fetch(`${address}${AUTHENTICATED_PATH}`);
  if (refused.status !== 401)
    throw new Error(`GET ${AUTHENTICATED_PATH} without a key answered ${refused.status}`);
  const key = readFileSync(path.join(env.REKOMI_DATA, 'demo-api-key'), 'utf8').trim();
  const answer = await fetch(`${address}${AUTHENTICATED_PATH}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  if (!answer.ok)
    throw new Error(`GET ${AUTHENTICATED_PATH} answered ${answer.status}: ${await answer.text()}`);
}

/** A zombie has ended: only its entry waits for whoever started it. */
function isRunning(pid) {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}

async function nothingLeft(name, pids) {
  const began = performance.now();
  while (pids.some(isRunning) && performance.now() - began < STOP_PATIENCE_MS) await delay(50);
  const left = pids.filter(isRunning);
  if (left.length > 0) throw new Error(`${name}: still running: ${left.join(', ')}`);
}

function databaseProcess() {
  const state = JSON.parse(readFileSync(path.join(env.REKOMI_DATA, 'postgres.json'), 'utf8'));
  const data = path.join(path.resolve(env.REKOMI_DATA, state.clusterFolder), 'data');
  if (!readdirSync(data).includes('postmaster.pid')) return null;
  return Number(readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function seconds(began) {
  return ((performance.now() - began) / 1000).toFixed(1);
}
