import type { ImportField } from '../import-fields.js';
import type { StatusChoice } from '../status-choices.js';

/**
 * How lists of one platform look, as far as that is known. None of the platforms promises the columns of its export, so
 * a shape is a set of signs and preferences, never a header row: columns may be missing, added, renamed in their
 * spelling, and stand in any order. Everything it leads to is a suggestion that the mapping may change.
 *
 * Column names are written in lower case with underscores and compared by `columnKey`.
 */
export interface SourceShape {
  /** As the platform writes itself; stored with the import and shown as its source. */
  readonly name: string;
  /** Columns that tell, each entry by itself enough: all of its names have to be there. */
  readonly signs: readonly (readonly string[])[];
  /** A column whose values tell, by how they begin: ids that carry their kind. */
  readonly idPrefix?: { readonly column: string; readonly prefix: string };
  /**
   * What columns are, for what the general names would get wrong or not know. Several names for one field stand in order
   * of preference; a column without any value gives way to the next. The others are kept.
   */
  readonly fields: Readonly<Partial<Record<Exclude<ImportField, 'keep' | 'ignore'>, readonly string[]>>>;
  /** Columns worth keeping with the affiliate. */
  readonly keep: readonly string[];
  /** What the platform's words for a status most likely mean here, where the general table would not know. */
  readonly statuses: Readonly<Record<string, StatusChoice>>;
  /** A last name that the platform puts where it has none; in lower case. */
  readonly standInLastName?: string;
  /** What is not certain about this platform's lists, as a sentence for the person who looks the suggestions over. */
  readonly caveat: string;
}
