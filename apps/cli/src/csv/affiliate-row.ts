import type { ColumnField, CsvColumns } from './csv-columns.js';

/** One affiliate as the API takes it. */
export interface AffiliateRow {
  readonly email: string;
  readonly name?: string;
  readonly externalId?: string;
  readonly joinedAt?: string;
  readonly tier?: string;
  readonly tags?: readonly string[];
}

/** A row that cannot become an affiliate. */
export interface RefusedRow {
  /** Of the file, counted from 1. */
  readonly line: number;
  /** What stands there and is at fault. */
  readonly value: string;
  readonly code: string;
  readonly reason: string;
}

/** @param fields of one record, in the order of the header. */
export function affiliateRow(fields: readonly string[], { places }: CsvColumns): AffiliateRow {
  const value = (field: ColumnField): string => (fields[places.get(field) ?? -1] ?? '').trim();
  const name = value('name') || `${value('firstName')} ${value('lastName')}`.trim();
  const tags = value('tags')
    .split(/[,;|]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  const given = { name, externalId: value('externalId'), joinedAt: value('joinedAt'), tier: value('tier') };
  return {
    // As it stands: the API says what is wrong with an address, and the report shows it.
    email: fields[places.get('email') ?? -1] ?? '',
    ...Object.fromEntries(Object.entries(given).filter(([, text]) => text !== '')),
    ...(tags.length === 0 ? {} : { tags }),
  };
}
