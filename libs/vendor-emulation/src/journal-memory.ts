import type { SandboxJournal } from './journal.js';

/** For a sandbox without a data folder: everything ends with the process. */
export class MemoryJournal implements SandboxJournal {
  *replay(): Iterable<unknown> {}

  append(): void {}

  flushed(): undefined {
    return undefined;
  }

  compact(): void {}

  async close(): Promise<void> {}
}
