import type { Placed } from '../affiliates/affiliate-statements.js';
import type { TakenRows } from '../affiliates/affiliate-intake.service.js';
import type { CsvRecord } from './csv-reader.js';
import type { ReadRecord } from './import-chunks.js';
import type { RowFinding } from './import-issues.js';
import type { RowIssue, RowReader } from './import-row.js';
import type { RowOutcome } from './import-run.js';
import type { TalliedRow } from './import-tally.js';
import type { SeenAddresses } from './seen-addresses.js';

interface SettledRow {
  readonly record: CsvRecord;
  readonly key: string;
  readonly outcome?: Extract<RowOutcome, 'repeated' | 'left_out' | 'refused'>;
  readonly issues: readonly RowIssue[];
}

const OUTCOMES = {
  created: 'created',
  updated: 'updated',
  already_exists: 'unchanged',
  skipped: 'skipped',
} as const;

/** Rows that go through one transaction together, told apart from each other. */
export class ImportBatch {
  /** Rows to take in, at most one per address. Their place is that of the record. */
  readonly rows: readonly Placed[];
  /** Further link words of people who stand in an earlier chunk. */
  readonly furtherAliases: readonly { readonly email: string; readonly aliases: readonly string[] }[];
  readonly #read: readonly SettledRow[];

  constructor(
    records: readonly ReadRecord[],
    private readonly reader: RowReader,
    seen: SeenAddresses,
  ) {
    const rows = new Map<string, Placed>();
    const further: { email: string; aliases: readonly string[] }[] = [];
    this.#read = records.map(({ record, key, reading }, place): SettledRow => {
      if (reading.kind === 'left_out') return { record, key, outcome: 'left_out', issues: [] };
      if (reading.kind === 'refused') return { record, key, outcome: 'refused', issues: reading.issues };
      const { value } = reading;
      const first = rows.get(key);
      if (first === undefined && !seen.has(key)) {
        rows.set(key, { place, value });
        return { record, key, issues: reading.warnings };
      }
      const aliases = [
        ...(value.referralSlug === undefined ? [] : [value.referralSlug]),
        ...(value.linkAliases ?? []),
      ];
      if (first !== undefined && aliases.length > 0) {
        const all = [...(first.value.linkAliases ?? []), ...aliases];
        rows.set(key, {
          ...first,
          value: { ...first.value, linkAliases: distinct(all, first.value.referralSlug) },
        });
      } else if (aliases.length > 0) {
        further.push({ email: value.email, aliases });
      }
      return { record, key, outcome: 'repeated', issues: [repeated(aliases)] };
    });
    this.rows = [...rows.values()];
    this.furtherAliases = further;
  }

  /** Keys of the addresses that are seen once this batch is done. */
  get keys(): readonly string[] {
    return this.rows.map(({ place }) => this.#read[place]?.key ?? '');
  }

  /** What became of the rows and what is to be said about them. */
  results(taken: TakenRows): {
    readonly tallied: readonly TalliedRow[];
    readonly findings: readonly RowFinding[];
  } {
    const outcomes = new Map(taken.rows.map(({ place, outcome }) => [place, OUTCOMES[outcome]]));
    const notes = new Map<number, RowIssue[]>();
    for (const { place, field, code, detail } of taken.notes) {
      const issue = { column: this.reader.columnOf(field), code, reason: detail };
      notes.set(place, [...(notes.get(place) ?? []), issue]);
    }
    const tallied: TalliedRow[] = [];
    const findings: RowFinding[] = [];
    for (const [place, { record, outcome, issues }] of this.#read.entries()) {
      const all = [...issues, ...(notes.get(place) ?? [])];
      const became = outcome ?? outcomes.get(place);
      if (became === undefined) throw new Error(`Line ${record.line} came to nothing.`);
      tallied.push({
        outcome: became,
        line: record.line,
        email: this.reader.address(record).slice(0, LONGEST_SHOWN),
        codes: all.map(({ code }) => code),
        warnings: became === 'refused' ? 0 : all.length,
      });
      if (all.length > 0) {
        findings.push({
          line: record.line,
          severity: became === 'refused' ? 'refused' : 'warning',
          issues: all,
          cells: record.cells,
        });
      }
    }
    return { tallied, findings };
  }
}

const LONGEST_SHOWN = 254;

function distinct(aliases: readonly string[], slug: string | undefined): readonly string[] {
  const seen = new Set(slug === undefined ? [] : [slug.toLowerCase()]);
  return aliases.filter((alias) => {
    const key = alias.toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}

function repeated(aliases: readonly string[]): RowIssue {
  return {
    column: null,
    code: 'address_repeated',
    reason:
      aliases.length === 0
        ? 'This address stands further up in the file; that row counts.'
        : 'This address stands further up in the file; that row counts. The link word of this one is kept as an alias.',
  };
}
