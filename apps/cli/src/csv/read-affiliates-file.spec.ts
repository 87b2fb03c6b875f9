import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { UsageError } from '../usage-error.js';
import { readAffiliatesFile } from './read-affiliates-file.js';

describe('a file of affiliates', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rekomi-csv-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const written = (content: string | Buffer): string => {
    const file = path.join(folder, 'affiliates.csv');
    writeFileSync(file, content);
    return file;
  };
  const read = (content: string | Buffer) => readAffiliatesFile(written(content));
  const affiliates = async (content: string | Buffer) =>
    (await read(content)).rows.map((row) => row.affiliate);

  it('keeps plus signs, apostrophes, accents and commas in quotes as they are', async () => {
    expect(
      await affiliates(`email,name\nada+aff@example.com,"O'Neil, Zoë"\n李雷@example.com,李雷\n`),
    ).toEqual([
      { email: 'ada+aff@example.com', name: "O'Neil, Zoë" },
      { email: '李雷@example.com', name: '李雷' },
    ]);
  });

  it.each([
    ['semicolons', 'email;name\na@example.com;Ada, Countess\n'],
    ['tabs', 'email\tname\na@example.com\tAda, Countess\n'],
    ['Excel’s line that names the delimiter', 'sep=;\r\nemail;name\r\na@example.com;Ada, Countess\r\n'],
    ['Windows line ends and a byte order mark', '\uFEFFemail,name\r\na@example.com,"Ada, Countess"\r\n'],
    ['old Macintosh line ends', 'email,name\ra@example.com,"Ada, Countess"\r'],
  ])('may have %s', async (_what, content) => {
    expect(await affiliates(content)).toEqual([{ email: 'a@example.com', name: 'Ada, Countess' }]);
  });

  it('may be UTF-16 when it says so', async () => {
    const content = Buffer.from('\uFEFFemail,name\nzoe@example.com,Zoë\n', 'utf16le');
    expect(await affiliates(content)).toEqual([{ email: 'zoe@example.com', name: 'Zoë' }]);
  });

  it('in an old code page is refused with what to do, rather than with wrong names', async () => {
    const content = Buffer.from('email,name\nzoe@example.com,Zo\xeb\n', 'latin1');
    await expect(read(content)).rejects.toThrow(/not UTF-8.*CSV UTF-8/);
  });

  it('knows its columns by several names, joins first and last name, and says what it leaves out', async () => {
    const file = await read(
      'Last Name,E-Mail Address,First_Name,Shoe size,Tags\nLovelace,a@example.com,Ada,38,"vip; eu"\n',
    );
    expect(file.rows[0]?.affiliate).toEqual({
      email: 'a@example.com',
      name: 'Ada Lovelace',
      tags: ['vip', 'eu'],
    });
    expect(file.ignoredColumns).toEqual(['Shoe size']);
  });

  it('counts lines as an editor does, across blank lines and line breaks in quotes', async () => {
    const { rows } = await read(
      'email,name\n\na@example.com,"Ada\nLovelace"\n,\nb@example.com,Bob\n\nc@example.com,Cy\n',
    );
    expect(rows.map((row) => row.line)).toEqual([3, 6, 8]);
  });

  it('counts the line that names the delimiter', async () => {
    const { rows } = await read('sep=,\nemail\na@example.com\n');
    expect(rows.map((row) => row.line)).toEqual([3]);
  });

  it('has a row refused, with its line, when a comma in a name was not quoted', async () => {
    const file = await read('name,email\nLovelace, Ada,a@example.com\nBob,b@example.com\n');
    expect(file.rows.map((row) => row.affiliate.email)).toEqual(['b@example.com']);
    expect(file.refused).toMatchObject([{ line: 2, code: 'row_malformed' }]);
  });

  it('takes quotes inside an unquoted name and missing fields at the end', async () => {
    expect(await affiliates('email,name,tier\nd@example.com,Dwayne "Rock" Johnson\n')).toEqual([
      { email: 'd@example.com', name: 'Dwayne "Rock" Johnson' },
    ]);
  });

  it.each([
    ['', /is empty/],
    ['a@example.com,Ada\n', /first line is an affiliate already/],
    ['mailing,who\nx,y\n', /no column "email"/],
    ['email,name\na@example.com,"Ada\nb@example.com,Bob\n', /cannot be read as CSV/],
  ])('that is %j is refused before anything is sent', async (content, message) => {
    const reading = read(content);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(UsageError);
  });

  it('that is not there is named', async () => {
    await expect(readAffiliatesFile(path.join(folder, 'missing.csv'))).rejects.toThrow(/There is no file/);
  });
});
