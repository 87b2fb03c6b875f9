import type { ConsentBasis } from '@rekomi/provider-contract';

import type { KnownPeople } from '../affiliates/merge-affiliate.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { DateFormat } from './import-dates.js';
import { type ImportField, SHARED_FIELDS } from './import-fields.js';
import { STATUS_CHOICES, type StatusChoice, statusKey } from './status-choices.js';
import type { ColumnFacts } from './column-watch.js';

/** What the merchant says about a file. */
export interface MappingInput {
  /** Columns left out keep their guess. */
  readonly columns?: readonly { readonly index: number; readonly field: ImportField }[];
  /** Id or slug of the campaign. */
  readonly campaign: string;
  /** What each value of the status column means here. */
  readonly statuses?: Readonly<Record<string, StatusChoice>>;
  /** Of everybody, in a file without a status column. */
  readonly status?: Exclude<StatusChoice, 'skip'>;
  readonly consent?: { readonly basis: ConsentBasis['basis']; readonly wording?: string | null };
  readonly dates?: DateFormat;
  readonly known?: KnownPeople;
}

/** The same, complete and checked against the file. Stored with the import. */
export interface ImportMapping {
  readonly fields: readonly ImportField[];
  readonly campaignId: string;
  /** By {@link statusKey}. */
  readonly statuses: Readonly<Record<string, StatusChoice>>;
  readonly status: Exclude<StatusChoice, 'skip'> | null;
  readonly consent: { readonly basis: ConsentBasis['basis']; readonly wording: string | null };
  readonly dates: DateFormat;
  readonly known: KnownPeople;
}

/** Checks a mapping against the columns of the file. */
export function readMapping(
  input: MappingInput,
  columns: readonly ColumnFacts[],
  guessed: readonly ImportField[],
  campaignId: string,
): ProgramResult<ImportMapping> {
  const errors: InputProblem[] = [];
  const fields = [...guessed];
  const said = new Map((input.columns ?? []).map(({ index, field }) => [index, field]));
  for (const [place, { index, field }] of (input.columns ?? []).entries()) {
    if (index < columns.length) {
      // A field that is given to another column is taken from the one it was guessed for.
      for (const [other, guess] of fields.entries()) {
        if (guess === field && !said.has(other) && !SHARED_FIELDS.has(field)) fields[other] = 'ignore';
      }
      fields[index] = field;
      continue;
    }
    const detail = `The file has the columns 0 to ${columns.length - 1}.`;
    errors.push({ pointer: `#/columns/${place}/index`, code: 'column_unknown', detail });
  }
  errors.push(...fieldErrors(fields, columns));
  const statuses = Object.fromEntries(
    Object.entries(input.statuses ?? {}).map(([value, choice]) => [statusKey(value), choice]),
  );
  errors.push(...statusErrors(input, fields, columns, statuses));
  if (errors.length > 0) return denied({ reason: 'invalid', errors });
  const wording = storableText(input.consent?.wording ?? '');
  return granted({
    fields,
    campaignId,
    statuses,
    status: fields.includes('status') ? null : (input.status ?? null),
    consent: { basis: input.consent?.basis ?? 'import', wording: wording.trim() === '' ? null : wording },
    dates: input.dates ?? 'iso',
    known: input.known ?? 'update',
  });
}

function fieldErrors(
  fields: readonly ImportField[],
  columns: readonly ColumnFacts[],
): readonly InputProblem[] {
  const errors: InputProblem[] = [];
  if (!fields.includes('email')) {
    const detail = 'No column is mapped to email. Name the one with the addresses.';
    errors.push({ pointer: '#/columns', code: 'email_column_missing', detail });
  }
  const seen = new Map<ImportField, number>();
  for (const [index, field] of fields.entries()) {
    const first = seen.get(field);
    if (first === undefined || SHARED_FIELDS.has(field)) {
      seen.set(field, index);
      continue;
    }
    const name = (place: number): string => JSON.stringify(columns[place]?.name ?? '');
    const detail = `The columns ${name(first)} and ${name(index)} are both mapped to ${field}. Map one of them to keep or ignore.`;
    errors.push({ pointer: '#/columns', code: 'field_mapped_twice', detail });
  }
  return errors;
}

function statusErrors(
  input: MappingInput,
  fields: readonly ImportField[],
  columns: readonly ColumnFacts[],
  statuses: Readonly<Record<string, StatusChoice>>,
): readonly InputProblem[] {
  const place = fields.indexOf('status');
  if (place === -1) {
    if (input.status !== undefined) return [];
    const detail =
      'The file has no status column. Say what everybody is to be: approved, applied or rejected.';
    return [{ pointer: '#/status', code: 'status_missing', detail }];
  }
  const present = columns[place]?.values ?? [];
  return [...new Set(present.map(({ value }) => statusKey(value)))]
    .filter((value) => !Object.hasOwn(statuses, value))
    .map((value) => ({
      pointer: `#/statuses/${value.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code: 'status_untranslated',
      detail: `Say what the status ${JSON.stringify(value)} means here: ${STATUS_CHOICES.join(', ')}.`,
    }));
}
