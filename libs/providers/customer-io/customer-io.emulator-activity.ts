import type { Activity } from '@rekomi/provider-contract';

/** Older entries are forgotten; their numbers stay used up. */
const KEPT = 100_000;

/** With the moment in milliseconds: its text is made only for who reads it. */
type Kept = Omit<Activity, 'at'> & { readonly at: number };

/** The vendor's activity log: what was done, and what was taken and silently not done. */
export class ActivityLog {
  private entries: Kept[] = [];
  private count = 0;
  private ignored = 0;

  record(entry: Omit<Kept, 'number'>): void {
    this.keep({ ...entry, number: this.count + 1 });
  }

  /** Puts back an entry of an earlier run. */
  restore(entry: Activity): void {
    this.keep({ ...entry, at: Date.parse(entry.at) });
  }

  private keep(entry: Kept): void {
    this.count = entry.number;
    if (!entry.applied) this.ignored += 1;
    this.entries.push(entry);
    if (this.entries.length >= KEPT * 2) this.entries = this.entries.slice(-KEPT);
  }

  /** Oldest first. */
  *after(number: number, workspace?: string): Iterable<Activity> {
    const first = this.entries[0]?.number ?? 1;
    for (let index = Math.max(0, number + 1 - first); index < this.entries.length; index += 1) {
      const entry = this.entries[index];
      if (entry === undefined || (workspace !== undefined && entry.workspace !== workspace)) continue;
      yield { ...entry, at: new Date(entry.at).toISOString() };
    }
  }

  get totals(): { readonly recorded: number; readonly ignored: number } {
    return { recorded: this.count, ignored: this.ignored };
  }

  clear(): void {
    this.entries = [];
    this.count = 0;
    this.ignored = 0;
  }
}
