/** Fields of an affiliate that a file may have a column for. */
export type ColumnField =
  'email' | 'name' | 'firstName' | 'lastName' | 'externalId' | 'joinedAt' | 'tier' | 'tags';

const NAMES: Readonly<Record<string, ColumnField>> = {
  email: 'email',
  emailaddress: 'email',
  mail: 'email',
  name: 'name',
  fullname: 'name',
  firstname: 'firstName',
  givenname: 'firstName',
  lastname: 'lastName',
  familyname: 'lastName',
  surname: 'lastName',
  externalid: 'externalId',
  id: 'externalId',
  joinedat: 'joinedAt',
  joined: 'joinedAt',
  createdat: 'joinedAt',
  signupdate: 'joinedAt',
  tier: 'tier',
  level: 'tier',
  tags: 'tags',
};

export interface CsvColumns {
  /** Place of each field in a record. */
  readonly places: ReadonlyMap<ColumnField, number>;
  /** Columns that nothing is done with, as they are called in the file. */
  readonly ignored: readonly string[];
  /** Columns of the header. */
  readonly count: number;
}

/** Reads a header. Letter case, blanks, `_` and `-` do not matter; of two columns for one field the first counts. */
export function readColumns(header: readonly string[]): CsvColumns {
  const places = new Map<ColumnField, number>();
  const ignored: string[] = [];
  for (const [place, name] of header.entries()) {
    const field = NAMES[name.toLowerCase().replace(/[^a-z]/g, '')];
    if (field !== undefined && !places.has(field)) places.set(field, place);
    else if (name.trim() !== '') ignored.push(name.trim());
  }
  return { places, ignored, count: header.length };
}
