import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A start costs seconds of CPU: on a busy machine that is a minute. */
const LISTENS_WITHIN_MS = 120_000;
/** A server cuts itself off after ten seconds, and says so by its code. */
const ENDS_WITHIN_MS = 30_000;

/**
 * One program of the product as a process of its own. It talks IPC with the test, so it ends when the test's process
 * does; everything it prints goes to a file.
 */
export class ChildProgram {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** @throws Error with what it printed, when it does not come to listen */
  static async start(
    script: string,
    env: Readonly<Record<string, string>>,
    logFile: string,
    args: readonly string[] = [],
  ): Promise<ChildProgram> {
    const file = openSync(logFile, 'a');
    const child = spawn(process.execPath, [script, ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', file, file, 'ipc'],
    });
    closeSync(file);
    let timer: NodeJS.Timeout | undefined;
    try {
      const port = await new Promise<number>((resolve, reject) => {
        const fail = (why: string): void =>
          reject(new Error(`${script} ${why}:\n${readFileSync(logFile, 'utf8').slice(-4000)}`));
        child.on('message', (message: { type: string; port: number }) => {
          if (message.type === 'listening') resolve(message.port);
        });
        child.once('exit', (code) => fail(`ended with ${code} before it listened`));
        timer = setTimeout(() => fail('does not listen'), LISTENS_WITHIN_MS);
      });
      return new ChildProgram(child, port);
    } catch (err) {
      child.kill('SIGKILL');
      throw err;
    } finally {
      clearTimeout(timer);
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Without any chance to tidy up. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** As an operator would. @returns the exit code; null when it had to be killed. */
  async stop(): Promise<number | null> {
    if (!this.isRunning) return this.child.exitCode;
    const gone = once(this.child, 'exit');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), ENDS_WITHIN_MS);
    this.child.kill('SIGTERM');
    await gone;
    clearTimeout(timer);
    return this.child.exitCode;
  }
}
