import { type CsvFault, CsvReader, type CsvRecord } from './csv-reader.js';
import { type ImportChunk, readAhead, readChunks } from './import-chunks.js';
import { RowReader } from './import-row.js';

const reader = new RowReader({
  mapping: {
    campaignId: '019ae000-0000-7000-8000-000000000001',
    fields: ['email', 'fullName'],
    dates: 'iso',
    statuses: {},
    status: 'approved',
    known: 'update',
    consent: { basis: 'import', wording: null },
  },
  columns: ['email', 'name'],
  source: null,
  fileName: 'people.csv',
  now: new Date('2026-01-31T12:00:00Z'),
});
const FAULT: CsvFault = { code: 'record_too_long', line: 9, detail: 'Line 9 is too long.' };

/** A file that comes in pieces of a few lines and may end with a fault. */
async function* file(
  lines: readonly string[],
  fault?: CsvFault,
): AsyncGenerator<readonly CsvRecord[], CsvFault | undefined> {
  const csv = new CsvReader(',');
  for (const line of lines) yield await Promise.resolve(csv.push(`${line}\n`));
  return fault;
}

async function chunksOf(
  lines: readonly string[],
  options: { readonly header?: boolean; readonly passed?: number; readonly fault?: CsvFault } = {},
): Promise<readonly (string | undefined)[]> {
  const chunks = readChunks(file(lines, options.fault), {
    ...{ reader, size: 2, header: options.header ?? false, passed: options.passed ?? 0 },
  });
  const found: (string | undefined)[] = [];
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) return value === undefined ? found : [...found, value.code];
    found.push(`${value.kind} ${keysOf(value).join(' ')}`);
  }
}

const keysOf = (chunk: ImportChunk): readonly string[] =>
  chunk.kind === 'passed' ? chunk.keys : chunk.rows.map(({ key }) => key);

describe('the rows of a file', () => {
  it('come in chunks of the size wanted, without header and blank rows', async () => {
    const lines = ['email,name', 'A@x.de,A', ' ,', 'b@x.de,B', '', 'c@x.de,C'];
    expect(await chunksOf(lines, { header: true })).toEqual(['rows a@x.de b@x.de', 'rows c@x.de']);
    expect(await chunksOf(['a@x.de,A', 'b@x.de,B'])).toEqual(['rows a@x.de b@x.de']);
    expect(await chunksOf([])).toEqual([]);
  });

  it('that were taken before are passed over and known by their addresses', async () => {
    const lines = ['email,name', 'a@x.de,A', 'b@x.de,B', '', 'C@x.de,C', 'd@x.de,D'];
    expect(await chunksOf(lines, { header: true, passed: 3 })).toEqual([
      'passed a@x.de b@x.de',
      'passed c@x.de',
      'rows d@x.de',
    ]);
    expect(await chunksOf(lines, { header: true, passed: 9 })).toEqual([
      'passed a@x.de b@x.de',
      'passed c@x.de d@x.de',
    ]);
  });

  it('up to the last whole chunk before a fault are taken, and the fault is told', async () => {
    const lines = ['a@x.de,A', 'b@x.de,B', 'c@x.de,C'];
    expect(await chunksOf(lines, { fault: FAULT })).toEqual(['rows a@x.de b@x.de', 'record_too_long']);
  });

  it('are read while they wait for their turn', async () => {
    const chunks = readChunks(file(['a@x.de,Ada Byron', 'nobody,X']), {
      ...{ reader, size: 2, header: false, passed: 0 },
    });
    const { value } = await chunks.next();
    expect(value).toMatchObject({
      kind: 'rows',
      rows: [
        { record: { line: 1 }, reading: { kind: 'affiliate', value: { email: 'a@x.de' } } },
        { record: { line: 2 }, reading: { kind: 'refused' } },
      ],
    });
  });
});

describe('reading ahead', () => {
  /** Numbers, and which of them were made by now. */
  async function* numbers(
    made: number[],
    breaksAt = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<number, CsvFault | undefined> {
    try {
      for (let n = 1; n <= 5; n += 1) {
        await Promise.resolve();
        if (n === breaksAt) throw new Error('The database is away.');
        made.push(n);
        yield n;
      }
      return FAULT;
    } finally {
      made.push(0);
    }
  }
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('has the next item made before anybody asks for it, and no more than that', async () => {
    const made: number[] = [];
    const ahead = readAhead(numbers(made));
    expect(await ahead.next()).toEqual({ done: false, value: 1 });
    await settled();
    expect(made).toEqual([1, 2]);
    expect(await ahead.next()).toEqual({ done: false, value: 2 });
    await settled();
    expect(made).toEqual([1, 2, 3]);
    await ahead.return(undefined);
  });

  it('gives every item in order and what the source ends with', async () => {
    const ahead = readAhead(numbers([]));
    const all: unknown[] = [];
    for (let item = await ahead.next(); ; item = await ahead.next()) {
      all.push(item.value);
      if (item.done === true) break;
    }
    expect(all).toEqual([1, 2, 3, 4, 5, FAULT]);
  });

  it('keeps an error for who asks for the item, and loses nothing before it', async () => {
    const ahead = readAhead(numbers([], 3));
    await ahead.next();
    expect(await ahead.next()).toEqual({ done: false, value: 2 });
    await settled();
    await expect(ahead.next()).rejects.toThrow('The database is away.');
  });

  it('that is ended ends its source, once what is being made is done', async () => {
    const made: number[] = [];
    const ahead = readAhead(numbers(made));
    await ahead.next();
    await ahead.return(undefined);
    expect(made).toEqual([1, 2, 0]);
  });
});
