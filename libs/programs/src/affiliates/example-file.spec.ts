import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { parse } from 'csv-parse/sync';

import { readEmailAddress } from '../addresses/email-address.js';
import { splitPersonName } from '../names/person-name.js';
import { ProgramBench } from '../testing/program-bench.js';

interface Row {
  readonly name: string;
  readonly email: string;
  readonly joined_at: string;
  readonly external_id: string;
}

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../examples/${name}`, import.meta.url)), 'utf8');

const rows: readonly Row[] = parse(read('affiliates.csv'), { columns: true });
const local = (row: Row): string => row.email.slice(0, row.email.lastIndexOf('@')).trim();
const domain = (row: Row): string => row.email.slice(row.email.lastIndexOf('@') + 1).trim();
const key = (row: Row): string => {
  const reading = readEmailAddress(row.email);
  return reading.ok ? reading.address.toLowerCase() : '';
};
const isValid = (row: Row): boolean => readEmailAddress(row.email).ok;
const has = (text: string) => (row: Row) => local(row).includes(text);
const nameMatches = (pattern: RegExp) => (row: Row) => pattern.test(row.name);

/** What each line of the table in the README counts. */
const COUNTS: Readonly<Record<string, (row: Row, index: number) => boolean>> = {
  rows: () => true,
  'people, each with an address of their own': (row, index) =>
    isValid(row) && rows.findIndex((other) => key(other) === key(row)) === index,
  'repeats in other letter case': (row, index) =>
    isValid(row) && rows.findIndex((other) => key(other) === key(row)) !== index,
  'plainly invalid addresses': (row) => !isValid(row),
  'valid, yet longer than the 150 bytes that Customer.io takes': (row) =>
    isValid(row) && Buffer.byteLength(key(row)) > 150,
  'addresses of 254 characters': (row) => [...row.email].length === 254,
  'addresses of exactly 150 bytes': (row) => Buffer.byteLength(key(row)) === 150,
  'addresses that begin with `cio_`': (row) => row.email.startsWith('cio_'),
  'with a plus sign': has('+'),
  'with an apostrophe': has("'"),
  'with a percent sign': has('%'),
  'with a slash': has('/'),
  'with a hash sign': has('#'),
  'with an ampersand': has('&'),
  'with letters beyond ASCII before the @': (row) => /[^\u0000-\u00A0\u200B]/u.test(local(row)),
  'with an internationalised domain': (row) => /[^\u0000-\u00A0\u200B]|xn--/u.test(domain(row)),
  'with capitals in the address': (row) => /[A-Z]/.test(row.email),
  'with blanks or invisible characters around the address': (row) =>
    isValid(row) && row.email.normalize('NFC').toLowerCase() !== key(row),
  'names of one word': (row) => /^\S+$/u.test(row.name) && /\p{L}/u.test(row.name) && !row.name.includes('@'),
  'names in other scripts than Latin': nameMatches(/(?=\p{L})\P{Script=Latin}/u),
  'names written from right to left': nameMatches(/[\p{Script=Arabic}\p{Script=Hebrew}]/u),
  'names with a comma': nameMatches(/,/),
  'names with double quotes': nameMatches(/"/),
  'names with a line break': nameMatches(/\n/),
  'names with an emoji': nameMatches(/\p{Extended_Pictographic}/u),
  'names longer than 150 characters': (row) => [...row.name].length > 150,
  'without a name': (row) => splitPersonName(row.name) === undefined,
  'with an address in place of the name': nameMatches(/@/),
  'without a date of joining': (row) => row.joined_at === '',
  'without an external id': (row) => row.external_id === '',
};

describe('the example file', () => {
  const table = new Map(
    [...read('README.md').matchAll(/^\|\s*(.+?)\s*\|\s*(\d+)\s*\|$/gmu)].map(([, what, count]) => [
      what,
      Number(count),
    ]),
  );

  it.each(Object.entries(COUNTS))('has as many %s as its README says', (what, counts) => {
    const counted = rows.filter(counts).length;
    expect(counted).toBeGreaterThan(0);
    expect(table.get(what)).toBe(counted);
  });

  it('has a README that says nothing else', () => {
    expect([...table.keys()].sort()).toEqual(Object.keys(COUNTS).sort());
  });

  it('has only domains that are reserved for examples', () => {
    for (const row of rows.filter(isValid)) {
      expect(key(row)).toMatch(/[@.]example\.(com|org|net)$/);
    }
  });

  describe('taken in', () => {
    let bench: ProgramBench;
    beforeAll(async () => {
      bench = await ProgramBench.open();
    });
    afterAll(() => bench.close());

    it('makes one affiliate per person and reports the three bad rows', async () => {
      const outcomes = await bench.take({
        affiliates: rows.map((row) => ({
          email: row.email,
          name: row.name,
          joinedAt: row.joined_at,
          externalId: row.external_id,
        })),
      });
      const count = (wanted: string) => outcomes.filter(({ outcome }) => outcome === wanted).length;
      expect(count('created')).toBe(table.get('people, each with an address of their own'));
      expect(count('updated') + count('already_exists')).toBe(table.get('repeats in other letter case'));
      expect(count('invalid')).toBe(table.get('plainly invalid addresses'));
      expect(await bench.count('affiliate')).toBe(192);
    });
  });
});
