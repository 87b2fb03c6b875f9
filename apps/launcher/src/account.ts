import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { EmbeddedPostgresError, startEmbeddedPostgres } from '@rekomi/database';

import { LauncherProblem } from './launcher-problem.js';
import { readOptions } from './options.js';
import { USUAL_PORTS } from './ports.js';
import { builtPrograms } from './programs.js';

/**
 * `npm run account -- reset ADDRESS`: the operator's command, on the database of the installation. Works while the
 * product runs and while it does not.
 * @param root folder of the project
 * @returns the exit code
 */
export async function account(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  root: string,
): Promise<number> {
  try {
    const { DATABASE_URL, DATABASE_OWNER_URL, ...rest } = env;
    const { dataFolder, apiPort } = readOptions([], rest, root);
    const PORT = String(apiPort ?? (await rememberedPort(dataFolder)));
    if (DATABASE_URL || env['DATABASE_URL_FILE']) return await run(argv, { ...rest, PORT, DATABASE_URL });
    const embedded = await startEmbeddedPostgres({ dataFolder });
    try {
      return await run(argv, { ...env, PORT, DATABASE_URL: embedded.appUrl });
    } finally {
      if (!embedded.reused) await embedded.stop();
    }
  } catch (err) {
    if (!(err instanceof LauncherProblem || err instanceof EmbeddedPostgresError)) throw err;
    process.stderr.write(`\n${err.message}\n`);
    return 1;
  }
}

function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [builtPrograms.account, ...argv], { env, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function rememberedPort(dataFolder: string): Promise<number> {
  const text = await readFile(path.join(dataFolder, 'ports.json'), 'utf8').catch(() => '{}');
  const { api } = JSON.parse(text) as { api?: number };
  return api ?? USUAL_PORTS.api;
}
