import { CommanderError } from 'commander';

import { ApiProblem } from './api/api-problem.js';
import { CliFailure } from './cli-failure.js';
import { createProgram } from './program.js';
import { UsageError } from './usage-error.js';

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** @returns the exit code */
export async function run(
  argv: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = createProgram({ env, signal, onEnd: (code) => (exitCode = code) });
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (err) {
    if (err instanceof CommanderError) return err.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (signal.aborted) {
      write('\nStopped. What was handed over goes on by itself; the same command again shows how it went.');
      return EXIT.interrupted;
    }
    return explain(err);
  }
}

function explain(err: unknown): number {
  if (err instanceof UsageError) {
    write(err.message);
    return EXIT.usage;
  }
  if (err instanceof CliFailure) {
    write(err.message);
    if (err.remedy !== undefined) write(`What to do: ${err.remedy}`);
    return EXIT.failed;
  }
  if (!(err instanceof ApiProblem)) throw err;
  write(`The API refused this (${err.code}): ${err.detail}`);
  for (const { pointer, parameter, header, detail } of err.errors) {
    write(`  ${pointer ?? parameter ?? header ?? ''} ${detail}`);
  }
  if (err.fix !== undefined) write(`What to do: ${err.fix}`);
  return EXIT.failed;
}

function write(line: string): void {
  process.stderr.write(`${line}\n`);
}
