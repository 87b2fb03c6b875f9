/** Ends the PostgreSQL server that test files share, unless another test run still uses it. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 15_000;

export async function stopTestServer(root) {
  const folder =
    process.env.REKOMI_TEST_DATA ?? path.join(root, 'node_modules', '.cache', 'rekomi-test-postgres');
  const state = path.join(folder, 'postgres.json');
  if (!existsSync(state) || hasLiveUsers(path.join(folder, 'users'))) return;
  const { clusterFolder } = JSON.parse(readFileSync(state, 'utf8'));
  const pidFile = path.join(path.resolve(folder, clusterFolder), 'data', 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  // SIGINT is PostgreSQL's fast shutdown. It removes the file when it is done.
  if (!signal(pid, 'SIGINT')) return;
  const deadline = Date.now() + PATIENCE_MS;
  while (existsSync(pidFile) && signal(pid, 0) && Date.now() < deadline) await delay(50);
}

/** Every process that uses the server leaves its id. */
function hasLiveUsers(folder) {
  if (!existsSync(folder)) return false;
  const [live, gone] = [[], []];
  for (const pid of readdirSync(folder)) (signal(Number(pid), 0) ? live : gone).push(pid);
  for (const pid of gone) rmSync(path.join(folder, pid), { force: true });
  return live.length > 0;
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch (err) {
    return err.code === 'EPERM';
  }
}
