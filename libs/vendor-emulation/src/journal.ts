import type { EmulatorJournal } from '@rekomi/provider-contract';

/** A journal whose entries are safe only after `flushed`. */
export interface SandboxJournal extends EmulatorJournal {
  /** Undefined when everything is stored already; otherwise resolves once all that was appended so far is. */
  flushed(): Promise<void> | undefined;
  /** Replaces everything by these entries. */
  compact(entries: Iterable<unknown>): void;
  close(): Promise<void>;
}
