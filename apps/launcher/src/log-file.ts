import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const LARGEST_BYTES = 10 * 1024 * 1024;

/**
 * A log that keeps itself small: when full it becomes `<file>.1`, which replaces the one before. Written synchronously,
 * so that the last line before a crash is there.
 */
export class LogFile {
  private descriptor: number;
  private size: number;

  constructor(
    readonly file: string,
    private readonly largestBytes = LARGEST_BYTES,
  ) {
    this.descriptor = openSync(file, 'a', 0o600);
    this.size = fstatSync(this.descriptor).size;
  }

  append(line: string): void {
    try {
      if (this.size > this.largestBytes) this.rotate();
      this.size += writeSync(this.descriptor, `${line}\n`);
    } catch {
      // A full disk must not end what is being logged.
    }
  }

  /** Lines that come later are dropped. */
  close(): void {
    if (this.descriptor !== -1) closeSync(this.descriptor);
    this.descriptor = -1;
  }

  private rotate(): void {
    closeSync(this.descriptor);
    renameSync(this.file, `${this.file}.1`);
    this.descriptor = openSync(this.file, 'a', 0o600);
    this.size = 0;
  }
}
