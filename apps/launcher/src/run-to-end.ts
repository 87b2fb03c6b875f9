import type { ChildProcess } from 'node:child_process';

import { startChild, stopChild } from './child-process.js';
import type { Program } from './child-process.js';
import { LauncherProblem } from './launcher-problem.js';
import { LogFile } from './log-file.js';
import { RecentLines } from './recent-lines.js';

export interface RunToEnd {
  readonly program: Program;
  readonly guard: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

const GRACE_MS = 3_000;

/**
 * Runs a program that does one job (migrations, demo data) and waits for its end.
 * @returns the messages it sent
 * @throws LauncherProblem with its last lines when it fails
 */
export async function runToEnd({ program, guard, logFile, signal }: RunToEnd): Promise<readonly unknown[]> {
  signal.throwIfAborted();
  const log = new LogFile(logFile);
  const recent = new RecentLines();
  const messages: unknown[] = [];
  const child = startChild(program, guard, (_source, line) => {
    log.append(line);
    recent.add(line);
  });
  child.on('message', (message) => messages.push(message));
  const cancel = (): void => void stopChild(child, GRACE_MS);
  signal.addEventListener('abort', cancel, { once: true });
  const outcome = await endOf(child);
  signal.removeEventListener('abort', cancel);
  log.close();
  signal.throwIfAborted();
  if (outcome === 0) return messages;
  throw new LauncherProblem(
    `The step "${program.name}" failed (${outcome}).\n${recent.toString()}\nThe whole log: ${logFile}`,
  );
}

/** 'close' comes after the last line and the last message; 'exit' may come before them. */
function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (err) => resolve(err.message));
    child.once('close', (code, signalName) => resolve(code ?? signalName ?? 'unknown end'));
  });
}
