import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** More than any search of ours goes down; one that reached it would not be exhaustive. */
const DEPTH = 100_000;

/** What a search of all interleavings of a model came to. */
export interface Search {
  /** The name of the assertion that failed, `never settled` when something can stay undone for ever, undefined when all holds. */
  readonly broken: string | undefined;
  readonly states: number;
  /** Whether every reachable state was seen. */
  readonly exhaustive: boolean;
}

/** Whether spin and a C compiler are installed: spin writes its search as a C program. */
export function hasSpin(): boolean {
  return [
    ['spin', '-V'],
    ['cc', '--version'],
  ].every(([command = '', flag = '']) => spawnSync(command, [flag], { stdio: 'ignore' }).status === 0);
}

/**
 * Searches a model.
 *
 * @param definitions for the preprocessor: `FAULTS=1`, or a name
 * @param options `large`: take time to compile, and little memory for each state
 * @throws Error when the model cannot be read or the search does not come to an end
 */
export async function search(
  model: string,
  definitions: readonly string[],
  { large = false }: { readonly large?: boolean } = {},
): Promise<Search> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'spin-'));
  try {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    await run('spin', ['-a', ...definitions.map((name) => `-D${name}`), path.resolve(model)], options);
    await run('cc', [...(large ? ['-O2', '-DCOLLAPSE'] : ['-O0']), '-o', 'pan', 'pan.c'], options);
    const { stdout } = await run('./pan', ['-a', `-m${DEPTH}`, '-n'], options);
    return read(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function read(told: string): Search {
  const states = Number(/^\s*(\d+) states, stored/m.exec(told)?.[1] ?? NaN);
  const errors = Number(/errors: (\d+)/.exec(told)?.[1] ?? NaN);
  if (Number.isNaN(states) || Number.isNaN(errors)) throw new Error(`The search said nothing:\n${told}`);
  const assertion = /assertion violated (.+?) \(at depth/.exec(told)?.[1];
  const stays = told.includes('acceptance cycle') ? 'never settled' : undefined;
  const broken = assertion ?? stays;
  if (errors > 0 && broken === undefined) throw new Error(`The search ended otherwise:\n${told}`);
  const cut = told.includes('max search depth too small') || told.includes('Search not completed');
  return { broken, states, exhaustive: errors === 0 && !cut };
}
