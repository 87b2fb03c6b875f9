import type { CsvCell } from '@rekomi/http';
import type { ApplicationSummary } from '@rekomi/programs';

/** Columns in front of those of the questions. */
export const APPLICATION_COLUMNS = [
  ...['id', 'submitted_at', 'campaign', 'affiliate_id', 'affiliate_email', 'affiliate_name', 'status'],
  ...['address_confirmed', 'skipped', 'submissions'],
] as const;

/** @param keys of the questions, in the order of their columns. */
export function applicationCells(row: ApplicationSummary, keys: readonly string[]): readonly CsvCell[] {
  const answers = new Map(row.answers.map(({ key, text }) => [key, text]));
  return [
    row.id,
    row.submittedAt,
    row.campaign.slug,
    row.affiliateId,
    row.email,
    row.name,
    row.status,
    row.addressConfirmed,
    row.skipped.map(({ code }) => code).join(' '),
    row.submissions,
    ...keys.map((key) => answers.get(key)),
  ];
}
