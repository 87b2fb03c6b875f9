import { createReadStream } from 'node:fs';

import { UsageError } from '../usage-error.js';

/**
 * The text of a file, piece by piece, without its byte order mark. UTF-16 is recognised by that mark; everything else
 * has to be UTF-8, because guessing an old code page turns names into other names.
 *
 * @throws UsageError when the file cannot be read or is in another encoding
 */
export async function* decodeText(file: string): AsyncGenerator<string, void, undefined> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      yield decoder.decode(chunk, { stream: true });
    }
    if (decoder !== undefined) yield decoder.decode();
  } catch (err) {
    throw explain(file, err);
  }
}

function encodingOf(beginning: Buffer): string {
  if (beginning[0] === 0xff && beginning[1] === 0xfe) return 'utf-16le';
  if (beginning[0] === 0xfe && beginning[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function explain(file: string, err: unknown): unknown {
  const code = typeof err === 'object' && err !== null && 'code' in err ? err.code : undefined;
  if (code === 'ENOENT') return new UsageError(`There is no file ${file}.`);
  if (code === 'EISDIR') return new UsageError(`${file} is a folder, not a file.`);
  if (code === 'EACCES') return new UsageError(`${file} may not be read by this user.`);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new UsageError(`${file} is not UTF-8. Save it again as "CSV UTF-8" and repeat the command.`);
  }
  return err;
}
