import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import type { NoAnswer } from '@rekomi/provider-contract';
import { noAnswer } from './no-answer.js';

const brotli = promisify(brotliDecompress);
const gzip = promisify(gunzip);
const zlib = promisify(inflate);
const deflateRaw = promisify(inflateRaw);

/**
 * The text of an answer. We ask for no compression, but some servers compress all the same: gzip, deflate and brotli
 * are unpacked up to `maximumBytes`, anything else is refused.
 */
export function answerText(
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  maximumBytes: number,
): string | Promise<string | NoAnswer> {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity' || body.length === 0) return decode(headers, body);
  return unpacked(encoding, headers, body, maximumBytes);
}

async function unpacked(
  encoding: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  maximumBytes: number,
): Promise<string | NoAnswer> {
  const unpack = unpacker(encoding, body);
  if (unpack === undefined) {
    return noAnswer('malformed', true, 'the answer is compressed in a way that was not asked for');
  }
  try {
    return decode(headers, await unpack(body, { maxOutputLength: maximumBytes }));
  } catch (err) {
    return isTooLarge(err)
      ? noAnswer('too_large', true, `the unpacked answer is larger than ${maximumBytes} bytes`)
      : noAnswer('malformed', true, 'the answer could not be unpacked');
  }
}

/** The parsed text if it is JSON, whatever its content type says; otherwise undefined. */
export function parsedJson(headers: Readonly<Record<string, string>>, text: string): unknown {
  const declared = /\bjson\b/i.test(headers['content-type'] ?? '');
  if (!declared && !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A vendor's garbage is an answer without a readable body; the provider looks at the text then.
    return undefined;
  }
}

function unpacker(encoding: string, body: Buffer): typeof zlib | undefined {
  if (encoding === 'gzip' || encoding === 'x-gzip') return gzip;
  if (encoding === 'br') return brotli;
  // Some servers send bare deflate data where the zlib format is meant (RFC 9110 section 8.4.1.2).
  if (encoding === 'deflate') return body.readUInt8(0) % 16 === 8 ? zlib : deflateRaw;
  return undefined;
}

function decode(headers: Readonly<Record<string, string>>, body: Buffer): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    try {
      return new TextDecoder(charset).decode(body);
    } catch {
      // Unknown names are read as UTF-8, which is what they nearly always turn out to be.
    }
  }
  const text = body.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function isTooLarge(err: unknown): boolean {
  return typeof err === 'object' && err !== null && 'code' in err && err.code === 'ERR_BUFFER_TOO_LARGE';
}
