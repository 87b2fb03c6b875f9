import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { chooseFreePort, isPortFree } from '@rekomi/database';

import { LauncherProblem } from './launcher-problem.js';

export interface Ports {
  readonly api: number;
  readonly sandbox: number;
}

export const USUAL_PORTS: Ports = { api: 3000, sandbox: 4010 };
const RANGE = 50;

/**
 * Chooses the ports: those asked for, else those of the last start, else the usual ones, else the next free ones.
 * What was chosen is remembered, so that URLs stay what they were.
 * @throws LauncherProblem when a port that was asked for is taken
 */
export async function choosePorts(
  dataFolder: string,
  wanted: { readonly api: number | null; readonly sandbox: number | null },
  usual: Ports = USUAL_PORTS,
): Promise<Ports> {
  const file = path.join(dataFolder, 'ports.json');
  const remembered = await readRemembered(file);
  const api = await choose('PORT', wanted.api, [remembered.api, usual.api], []);
  const sandbox = await choose('SANDBOX_PORT', wanted.sandbox, [remembered.sandbox, usual.sandbox], [api]);
  await writeFile(file, JSON.stringify({ api, sandbox }), { mode: 0o600 });
  return { api, sandbox };
}

async function choose(
  variable: string,
  wanted: number | null,
  preferred: readonly (number | undefined)[],
  taken: readonly number[],
): Promise<number> {
  if (wanted !== null) {
    if (!taken.includes(wanted) && (await isPortFree(wanted))) return wanted;
    throw new LauncherProblem(
      `Port ${wanted} is taken. Unset ${variable} to let a free one be chosen, or set another.`,
    );
  }
  const first = preferred.at(-1) ?? 0;
  const following = Array.from({ length: RANGE }, (_, step) => first + step);
  const named = preferred.filter((port) => port !== undefined);
  return chooseFreePort([...named, ...following].filter((port) => !taken.includes(port)));
}

async function readRemembered(file: string): Promise<Partial<Ports>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<Ports>;
  } catch {
    return {};
  }
}
