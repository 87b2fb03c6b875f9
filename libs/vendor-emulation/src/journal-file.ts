import {
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import type { SandboxJournal } from './journal.js';

const WRITE_BYTES = 1024 * 1024;

function synced(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (err) => (err === null ? resolve() : reject(err)));
  });
}

/**
 * One line of JSON per entry. Entries of requests that run at the same time share one write and one fsync: while one
 * batch is on its way to the disk the next one gathers.
 */
export class FileJournal implements SandboxJournal {
  private file: number;
  private gathered: string[] = [];
  private underway: Promise<void> | undefined;
  private waiting: Promise<void> | undefined;

  /** @param durable `false` leaves out the fsync: entries survive a killed process, not a power cut. */
  constructor(
    private readonly path: string,
    private readonly durable: boolean,
  ) {
    this.file = openSync(path, 'a', 0o600);
  }

  /** A process that was killed while writing leaves half a line at the end; nothing in it was ever answered. */
  *replay(): Iterable<unknown> {
    if (!existsSync(this.path)) return;
    const text = readFileSync(this.path);
    for (let start = 0, end = text.indexOf(10); end >= 0; start = end + 1, end = text.indexOf(10, start)) {
      yield JSON.parse(text.toString('utf8', start, end)) as unknown;
    }
  }

  append(entry: unknown): void {
    this.gathered.push(JSON.stringify(entry));
  }

  flushed(): Promise<void> | undefined {
    if (this.gathered.length === 0) return this.underway;
    this.waiting ??= (this.underway ?? Promise.resolve()).then(() => this.writeGathered());
    return this.waiting;
  }

  private async writeGathered(): Promise<void> {
    // Requests that have already arrived get the chance to join this batch.
    await new Promise((resolve) => setImmediate(resolve));
    const mine = this.waiting;
    this.underway = mine;
    this.waiting = undefined;
    const lines = this.gathered;
    this.gathered = [];
    writeSync(this.file, `${lines.join('\n')}\n`);
    if (this.durable) await synced(this.file);
    if (this.underway === mine) this.underway = undefined;
  }

  compact(entries: Iterable<unknown>): void {
    const fresh = `${this.path}.new`;
    const file = openSync(fresh, 'w', 0o600);
    let text = '';
    for (const entry of entries) {
      text += `${JSON.stringify(entry)}\n`;
      if (text.length >= WRITE_BYTES) {
        writeSync(file, text);
        text = '';
      }
    }
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
    renameSync(fresh, this.path);
    closeSync(this.file);
    this.file = openSync(this.path, 'a', 0o600);
    this.gathered = [];
  }

  async close(): Promise<void> {
    await this.flushed();
    closeSync(this.file);
  }
}
