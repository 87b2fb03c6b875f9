import { createInterface } from 'node:readline/promises';

import { Progress } from './progress.js';

export interface TerminalOptions {
  /** Results as JSON instead of text. */
  readonly json: boolean;
  /** Nothing but results. */
  readonly quiet: boolean;
}

/** Results go to stdout; what is being done, questions and progress go to stderr. */
export class Terminal {
  constructor(private readonly options: TerminalOptions) {}

  /** A step, as it happens. */
  step(text: string): void {
    if (!this.options.quiet) process.stderr.write(`${text}\n`);
  }

  /** What a person should not miss; also shown when quiet. */
  warn(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  result(data: unknown, text: string): void {
    process.stdout.write(this.options.json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
  }

  get canAsk(): boolean {
    return process.stdin.isTTY && process.stderr.isTTY;
  }

  /** No answer counts as no. */
  async confirm(question: string, signal: AbortSignal): Promise<boolean> {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
    } finally {
      terminal.close();
    }
  }

  progress(): Progress {
    return new Progress(process.stderr, { quiet: this.options.quiet });
  }
}
