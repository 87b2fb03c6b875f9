import {
  type AffiliateInput,
  isReferralSlug,
  type ReadAffiliate,
  readAffiliate,
} from '../affiliates/affiliate-input.js';
import { countryCode } from './country-code.js';
import { unescapeFormula } from './csv-text.js';
import type { CsvRecord } from './csv-reader.js';
import type { ImportField } from './import-fields.js';
import { isoDate } from './import-dates.js';
import type { ImportMapping } from './import-mapping.js';
import { storableText } from '../text.js';
import { shapeNamed } from './shapes/source-shapes.js';
import { slugFromUrl } from './slug-from-url.js';
import { statusKey } from './status-choices.js';

/** What is to be said about a cell. */
export interface RowIssue {
  readonly column: string | null;
  readonly code: string;
  readonly reason: string;
}

export type RowReading =
  | { readonly kind: 'affiliate'; readonly value: ReadAffiliate; readonly warnings: readonly RowIssue[] }
  /** The status says that rows like this are to be left out. */
  | { readonly kind: 'left_out' }
  | { readonly kind: 'refused'; readonly issues: readonly RowIssue[] };

/** What the rows of one file have in common. */
export interface RowContext {
  readonly mapping: ImportMapping;
  readonly columns: readonly string[];
  readonly source: string | null;
  readonly fileName: string;
  readonly now: Date;
}

const FIELD_OF_POINTER: Readonly<Record<string, readonly ImportField[]>> = {
  name: ['fullName', 'firstName', 'lastName'],
  referralSlug: ['referralSlug', 'slugFromUrl'],
};

/** Reads the rows of one file. */
export class RowReader {
  readonly #places = new Map<ImportField, number>();
  readonly #kept: readonly (readonly [number, string])[];
  readonly #tags: readonly number[];
  readonly #standInLastName: string | undefined;

  constructor(private readonly context: RowContext) {
    const { fields } = context.mapping;
    for (const [index, field] of fields.entries()) {
      if (!this.#places.has(field)) this.#places.set(field, index);
    }
    this.#kept = fields.flatMap((field, index) =>
      field === 'keep' ? [[index, context.columns[index] ?? `Column ${index + 1}`] as const] : [],
    );
    this.#tags = fields.flatMap((field, index) => (field === 'tags' ? [index] : []));
    this.#standInLastName = shapeNamed(context.source)?.standInLastName;
  }

  read({ cells, unclosed }: CsvRecord): RowReading {
    const { columns } = this.context;
    if (unclosed === true) {
      return refused(
        null,
        'quote_not_closed',
        'A quote is opened here and never closed. Close it, or remove it.',
      );
    }
    if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim() !== '')) {
      return refused(
        null,
        'row_malformed',
        `The row has ${cells.length} cells, the header ${columns.length}. Put a value with a delimiter in it in quotes.`,
      );
    }
    const warnings: RowIssue[] = [];
    const status = this.#status(cells);
    if (typeof status === 'object') return { kind: 'refused', issues: [status] };
    if (status === 'skip') return { kind: 'left_out' };
    const input = { ...this.#input(cells, warnings), ...(status === undefined ? {} : { status }) };
    const reading = readAffiliate(input, '', this.context.now);
    if (reading.ok) return { kind: 'affiliate', value: reading.value, warnings };
    return {
      kind: 'refused',
      issues: reading.errors.map(({ pointer, code, detail }) => ({
        column: this.columnOf(pointer.split('/')[1] ?? ''),
        code,
        reason: code === 'invalid_time' ? `${detail} Or choose another date format for the file.` : detail,
      })),
    };
  }

  /** As it stands in the file. */
  address({ cells }: CsvRecord): string {
    return this.#text(cells, 'email').trim();
  }

  /** Under which a repeated address is recognised within the file. */
  addressKey(record: CsvRecord): string {
    return this.address(record).normalize('NFC').toLowerCase();
  }

  /** What the file calls the column of a field. */
  columnOf(field: string): string | null {
    const fields = FIELD_OF_POINTER[field] ?? [field as ImportField];
    for (const one of fields) {
      const place = this.#places.get(one);
      if (place !== undefined) return this.context.columns[place] ?? null;
    }
    return null;
  }

  #input(cells: readonly string[], warnings: RowIssue[]): AffiliateInput {
    const { mapping, fileName } = this.context;
    const lastName = this.#text(cells, 'lastName');
    const joinedAt = this.#text(cells, 'joinedAt');
    return {
      email: this.#text(cells, 'email'),
      name: this.#text(cells, 'fullName'),
      firstName: this.#text(cells, 'firstName'),
      lastName: lastName.trim().toLowerCase() === this.#standInLastName ? '' : lastName,
      externalId: this.#text(cells, 'externalId'),
      joinedAt: joinedAt === '' ? null : isoDate(joinedAt, mapping.dates),
      tier: this.#text(cells, 'tier'),
      tags: this.#tags.flatMap((place) => tagsIn(unescapeFormula(cells[place] ?? ''))),
      paypalEmail: this.#text(cells, 'paypalEmail'),
      wiseEmail: this.#text(cells, 'wiseEmail'),
      consent: { ...mapping.consent, source: `import of ${fileName}` },
      ...this.#country(cells, warnings),
      ...this.#slug(cells, warnings),
      ...this.#keep(cells),
    };
  }

  #status(cells: readonly string[]): 'approved' | 'applied' | 'rejected' | 'skip' | RowIssue | undefined {
    const { statuses, status } = this.context.mapping;
    const place = this.#places.get('status');
    if (place === undefined) return status ?? undefined;
    const value = statusKey(unescapeFormula(cells[place] ?? ''));
    const choice = Object.hasOwn(statuses, value) ? statuses[value] : undefined;
    return (
      choice ?? {
        column: this.context.columns[place] ?? null,
        code: 'status_untranslated',
        reason: `The mapping does not say what the status ${JSON.stringify(value.slice(0, 100))} means here.`,
      }
    );
  }

  #country(cells: readonly string[], warnings: RowIssue[]): { readonly country?: string } {
    const given = this.#text(cells, 'country').trim();
    if (given === '') return {};
    const country = countryCode(given);
    if (country !== undefined) return { country };
    warnings.push({
      column: this.columnOf('country'),
      code: 'country_unknown',
      reason: 'This is neither a code of ISO 3166-1 nor the English name of a country. It was left out.',
    });
    return {};
  }

  /** What cannot be a slug here stays known as an alias, because links with it are out in the world. */
  #slug(cells: readonly string[], warnings: RowIssue[]): Partial<AffiliateInput> {
    const given = this.#text(cells, 'referralSlug').trim();
    const token = given === '' ? slugFromUrl(this.#text(cells, 'slugFromUrl')) : given;
    if (token === '') return {};
    if (isReferralSlug(token)) return { referralSlug: token };
    warnings.push({
      column: this.columnOf('referralSlug'),
      code: 'slug_not_usable',
      reason: 'A slug has 3 to 64 letters, digits and hyphens. This one is kept as an alias for old links.',
    });
    return { linkAliases: [token] };
  }

  #keep(cells: readonly string[]): Partial<AffiliateInput> {
    if (this.#kept.length === 0) return {};
    const entries = this.#kept
      .map(([index, name]) => [name, unescapeFormula(cells[index] ?? '').trim()] as const)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [storable(name), storable(value)] as const);
    return entries.length === 0 ? {} : { sourceData: Object.fromEntries(entries) };
  }

  #text(cells: readonly string[], field: ImportField): string {
    const place = this.#places.get(field);
    return place === undefined ? '' : unescapeFormula(cells[place] ?? '');
  }
}

const LONGEST_KEPT = 2_000;

function storable(text: string): string {
  return storableText(text).slice(0, LONGEST_KEPT);
}

function tagsIn(cell: string): readonly string[] {
  return cell
    .split(/[,;|]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

function refused(column: string | null, code: string, reason: string): RowReading {
  return { kind: 'refused', issues: [{ column, code, reason }] };
}
