import { spawn } from 'node:child_process';

/** The operating system account a command runs as. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export interface CommandOptions {
  readonly runAs?: RunAs | undefined;
  readonly cwd?: string;
}

export interface CommandResult {
  readonly ok: boolean;
  /** Everything the command printed, or the reason why it could not be run. */
  readonly output: string;
}

/**
 * Runs a program to its end. A program that is missing, forbidden or fails is a result, not an exception.
 *
 * The caller's PG* variables are withheld (PGPORT or PGDATA would redirect the tools), messages are kept in English,
 * and the program leaves the terminal's process group so that Ctrl-C cannot cut it in the middle.
 */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    const child = spawn(file, args, {
      cwd: options.cwd ?? '/',
      env: withoutPostgresVariables(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      ...(options.runAs && { uid: options.runAs.uid, gid: options.runAs.gid }),
    });
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (err) => resolve({ ok: false, output: err.message }));
    // Not 'close': on Windows the server inherits the pipes of pg_ctl and would keep them open.
    child.on('exit', (code) => setImmediate(() => resolve({ ok: code === 0, output })));
  });
}

function withoutPostgresVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
