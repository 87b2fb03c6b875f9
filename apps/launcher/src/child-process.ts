import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

export interface Program {
  /** Shown on the terminal; also the name of its log file. */
  readonly name: string;
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export type LineListener = (source: 'stdout' | 'stderr', line: string) => void;

/**
 * Starts a Node program as a child with an IPC channel, in a process group of its own: Ctrl-C reaches the whole group
 * of the terminal, and children are to end in the launcher's order.
 * @param guard module that ends the child together with the launcher
 */
export function startChild(program: Program, guard: string, onLine: LineListener): ChildProcess {
  const child = fork(program.file, [...(program.args ?? [])], {
    env: program.env,
    execArgv: ['--import', pathToFileURL(guard).href],
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const source of ['stdout', 'stderr'] as const) {
    const stream = child[source];
    if (stream) createInterface({ input: stream }).on('line', (line) => onLine(source, line));
  }
  return child;
}

/** Asks a child to end, and ends it by force when it has not within the time. */
export async function stopChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  // Windows knows no SIGTERM: there the guard turns the end of the channel into one.
  if (process.platform === 'win32') child.disconnect();
  else child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
