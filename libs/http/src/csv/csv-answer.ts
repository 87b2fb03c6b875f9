import { Readable } from 'node:stream';

import type { FastifyReply } from 'fastify';

import { type CsvCell, csvLine } from './csv-text.js';

/** Excel reads a file as UTF-8 only when it begins with this. */
const BYTE_ORDER_MARK = '\uFEFF';
const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Answers with a CSV file, written as fast as the client reads it. Take the reply with a plain `@Res()`. What fails
 * before the first row is a problem as ever; later the connection is cut, so that half a file never looks whole.
 *
 * @param filename of the download, ASCII: `audit-log.csv`.
 */
export async function sendCsv(
  reply: FastifyReply,
  filename: string,
  header: readonly string[],
  rows: AsyncIterable<readonly CsvCell[]>,
): Promise<void> {
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  const body = Readable.from(chunks(header, first, iterator), { objectMode: false });
  await reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${filename.replace(/[^\w.-]/g, '_')}"`)
    .header('cache-control', 'no-store')
    .send(body);
}

async function* chunks(
  header: readonly string[],
  first: IteratorResult<readonly CsvCell[]>,
  rest: AsyncIterator<readonly CsvCell[]>,
): AsyncGenerator<string> {
  let chunk = BYTE_ORDER_MARK + csvLine(header);
  try {
    for (let next = first; next.done !== true; next = await rest.next()) {
      chunk += csvLine(next.value);
      if (chunk.length < CHUNK_CHARACTERS) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  } finally {
    await rest.return?.();
  }
}
