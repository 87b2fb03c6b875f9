import { type DateFormat, datesIn } from './import-dates.js';
import type { ImportRow } from './import-run.js';
import { type StatusChoice, statusKey, suggestStatus } from './status-choices.js';

/** What a mapping could say beyond the columns, to be sent back as it is or changed. */
export interface SuggestedMapping {
  /** By the status in the file, in lower case. Statuses that nobody could know are left out. */
  readonly statuses: Readonly<Record<string, StatusChoice>>;
  /** Null where the file has no dates, or their format cannot be told. */
  readonly dates: DateFormat | null;
}

/** Suggests from the columns as guessed, the platform as recognised, and the first few values. Decides nothing. */
export function suggestMapping({ columns, source }: Pick<ImportRow, 'columns' | 'source'>): SuggestedMapping {
  const statuses = columns.find(({ guess }) => guess === 'status')?.values ?? [];
  const dates = columns.find(({ guess }) => guess === 'joinedAt')?.samples ?? [];
  return {
    statuses: Object.fromEntries(
      statuses.flatMap(({ value }) => {
        const choice = suggestStatus(value, source);
        return choice === undefined ? [] : [[statusKey(value), choice] as const];
      }),
    ),
    dates: datesIn(dates) ?? null,
  };
}
