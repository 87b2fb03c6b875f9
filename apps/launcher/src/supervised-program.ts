import type { ChildProcess } from 'node:child_process';

import { startChild, stopChild } from './child-process.js';
import type { Program } from './child-process.js';
import { LauncherProblem } from './launcher-problem.js';
import { LogFile } from './log-file.js';
import { RecentLines } from './recent-lines.js';
import type { RestartPolicy } from './restart-policy.js';
import { terminalLine } from './terminal-line.js';

export interface Supervision {
  readonly program: Program;
  readonly guard: string;
  readonly logFile: string;
  readonly policy: RestartPolicy;
  readonly print: (line: string) => void;
  /** Called once, when the program keeps failing and is not started any more. */
  readonly onGivenUp: (lastLines: string) => void;
}

const LISTENING_PATIENCE_MS = 60_000;

/** A child that serves until it is told to stop, and is started again when it ends by itself. */
export class SupervisedProgram {
  private child: ChildProcess | null = null;
  private restart: NodeJS.Timeout | null = null;
  private isStopping = false;
  private readonly log: LogFile;
  private readonly recent = new RecentLines();

  constructor(private readonly supervision: Supervision) {
    this.log = new LogFile(supervision.logFile);
  }

  get name(): string {
    return this.supervision.program.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Starts the program and waits until it says that it listens (`{ type: 'listening', port }`).
   * @throws LauncherProblem when the first start fails: that is a mistake to put right, not one to repeat
   */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const child = this.spawn();
    const problem = await firstWord(child, signal);
    signal.throwIfAborted();
    if (problem !== null) {
      await this.stop(0);
      throw new LauncherProblem(
        `The ${this.name} did not start (${problem}).\n${this.recent.toString()}\nThe whole log: ${this.log.file}`,
      );
    }
    this.watch(child, Date.now());
  }

  /** Ends the program for good, by force after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.isStopping = true;
    if (this.restart) clearTimeout(this.restart);
    if (this.child) await stopChild(this.child, graceMs);
    this.log.close();
  }

  kill(): void {
    this.isStopping = true;
    this.child?.kill('SIGKILL');
  }

  private spawn(): ChildProcess {
    const { program, guard, print } = this.supervision;
    this.child = startChild(program, guard, (source, line) => {
      this.log.append(line);
      this.recent.add(line);
      const shown = this.isStopping ? null : terminalLine(program.name, source, line);
      if (shown !== null) print(shown);
    });
    return this.child;
  }

  private watch(child: ChildProcess, startedAt: number): void {
    const ended = (how: string): void => {
      if (!this.isStopping) this.scheduleRestart(how, Date.now() - startedAt);
    };
    child.once('error', (err) => ended(err.message));
    child.once('exit', (code, signalName) => ended(signalName ?? `exit code ${code}`));
    if (child.exitCode !== null || child.signalCode !== null) ended('ended at once');
  }

  private scheduleRestart(how: string, uptimeMs: number): void {
    const { policy, print, onGivenUp } = this.supervision;
    const delayMs = policy.afterExit(uptimeMs);
    if (delayMs === null) {
      print(`${this.name}: ended again (${how}); not started any more.\n${this.recent.toString()}`);
      onGivenUp(this.recent.toString());
      return;
    }
    print(`${this.name}: ended unexpectedly (${how}); starting it again.`);
    this.restart = setTimeout(() => this.watch(this.spawn(), Date.now()), delayMs);
  }
}

/** Waits until the child listens. @returns null, or why it will not. */
function firstWord(child: ChildProcess, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve(`silent for ${LISTENING_PATIENCE_MS / 1000} s`),
      LISTENING_PATIENCE_MS,
    );
    const settle = (problem: string | null): void => {
      clearTimeout(timer);
      resolve(problem);
    };
    child.on('message', (message) => {
      if ((message as { type?: unknown }).type === 'listening') settle(null);
    });
    child.once('error', (err) => settle(err.message));
    // 'close' comes after the last line that explains the failure.
    child.once('close', (code, signalName) => settle(signalName ?? `exit code ${code}`));
    signal.addEventListener('abort', () => settle('stopped'), { once: true });
  });
}
