import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { isProcessAlive } from '@rekomi/database';
import ts from 'typescript';

let folder: string;
let guard: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rekomi-guard-'));
  guard = path.join(folder, 'guard.mjs');
  const source = await readFile(path.resolve('apps/launcher/src/child-guard.ts'), 'utf8');
  await writeFile(
    guard,
    ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } }).outputText,
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A launcher that starts one guarded child and prints the child's id. */
async function launcherOf(childSource: string): Promise<{ kill: () => void; childPid: number }> {
  const child = path.join(folder, `child-${childSource.length}.mjs`);
  await writeFile(child, childSource);
  const parentSource = `
    import { fork } from 'node:child_process';
    const child = fork(${JSON.stringify(child)}, [], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--import', ${JSON.stringify(pathToFileURL(guard).href)}],
    });
    child.on('message', () => console.log(child.pid));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', parentSource], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return { kill: () => parent.kill('SIGKILL'), childPid: Number(line.toString()) };
}

async function endsSoon(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 5_000 && isProcessAlive(pid); waited += 25) await delay(25);
  return !isProcessAlive(pid);
}

describe('a child whose launcher was killed', () => {
  it('ends gracefully when it knows how to', async () => {
    const note = path.join(folder, 'note');
    const { kill, childPid } = await launcherOf(`
      import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(note)}, 'finished my work'); process.exit(0); });
      setInterval(() => {}, 1000);
      process.send('ready');`);
    kill();
    expect(await endsSoon(childPid)).toBe(true);
    expect(await readFile(note, 'utf8')).toBe('finished my work');
  });

  it('ends at once when it does not', async () => {
    const { kill, childPid } = await launcherOf(`setInterval(() => {}, 1000); process.send('ready');`);
    kill();
    expect(await endsSoon(childPid)).toBe(true);
  });
});

describe('a guarded child that has finished its work', () => {
  it('is not kept alive by the guard', async () => {
    const { kill, childPid } = await launcherOf(`process.send('ready');`);
    expect(await endsSoon(childPid)).toBe(true);
    kill();
  });
});
