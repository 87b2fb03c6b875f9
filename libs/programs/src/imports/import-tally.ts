import type { ImportReport, RowOutcome } from './import-run.js';

const EXAMPLES = 5;

/** Counts what became of rows, and remembers the first few of each. Rows that are undone with their transaction are not counted. */
export class ImportTally {
  #report: ImportReport;

  constructor(before: Partial<ImportReport> = {}) {
    this.#report = {
      counts: before.counts ?? {},
      reasons: before.reasons ?? {},
      examples: before.examples ?? {},
    };
  }

  get report(): ImportReport {
    return this.#report;
  }

  /** The tally with these rows; becomes the present one by {@link accept}. */
  with(rows: readonly TalliedRow[]): ImportReport {
    const counts: Record<string, number> = { ...this.#report.counts };
    const reasons: Record<string, number> = { ...this.#report.reasons };
    const examples: Record<string, readonly { line: number; email: string }[]> = {
      ...this.#report.examples,
    };
    const add = (into: Record<string, number>, key: string, count = 1): void => {
      into[key] = (into[key] ?? 0) + count;
    };
    for (const { outcome, line, email, codes, warnings } of rows) {
      add(counts, outcome);
      if (warnings > 0) add(counts, 'warnings', warnings);
      for (const code of codes) add(reasons, code);
      const shown = examples[outcome] ?? [];
      if (shown.length < EXAMPLES) examples[outcome] = [...shown, { line, email }];
    }
    return { counts, reasons, examples };
  }

  accept(report: ImportReport): void {
    this.#report = report;
  }
}

export interface TalliedRow {
  readonly outcome: RowOutcome;
  readonly line: number;
  /** As it stands in the file. */
  readonly email: string;
  /** Of everything that is to be said about the row. */
  readonly codes: readonly string[];
  readonly warnings: number;
}
