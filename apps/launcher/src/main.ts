import { createInterface } from 'node:readline/promises';

import { EmbeddedPostgresError } from '@rekomi/database';

import { claimDataFolder, emptyDataFolder } from './data-folder.js';
import { launch } from './launcher.js';
import { LauncherProblem } from './launcher-problem.js';
import { readOptions, USAGE } from './options.js';
import type { LauncherOptions } from './options.js';
import { builtPrograms } from './programs.js';
import { takeDataFolder } from './running-launcher.js';

/**
 * `npm start`, after installing and building.
 * @param root folder of the project
 * @returns the exit code
 */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv, root: string): Promise<number> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const options = readOptions(argv, env, root);
    if (options.help) {
      print(USAGE);
      return 0;
    }
    if (options.reset && !(await reset(options, print))) return 1;
    return await launch({ options, env, print, programs: builtPrograms });
  } catch (err) {
    if (!(err instanceof LauncherProblem || err instanceof EmbeddedPostgresError)) throw err;
    process.stderr.write(`\n${err.message}\n`);
    return 1;
  }
}

async function reset(options: LauncherOptions, print: (line: string) => void): Promise<boolean> {
  if (!options.yes && !(await confirm(`Delete all data in ${options.dataFolder}?`))) {
    print('Nothing was deleted.');
    return false;
  }
  await claimDataFolder(options.dataFolder);
  const giveBack = await takeDataFolder(options.dataFolder);
  await emptyDataFolder(options.dataFolder);
  await giveBack();
  print(
    options.database
      ? 'The data folder is empty now. Your own database was not touched.'
      : 'All data were deleted.',
  );
  return true;
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new LauncherProblem(`${question}\nThere is no terminal to ask: add --yes to confirm.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
