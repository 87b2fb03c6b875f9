import { createHash } from 'node:crypto';

import { problem, type ProblemException } from '../problem/problem-exception.js';

const CHECK_BYTES = 4;

/**
 * An opaque cursor of the sort key of the last row seen. The checksum finds cursors that were cut off or edited; it
 * is no signature, because a cursor grants nothing: every query is limited to its tenant.
 */
export function encodeCursor(key: readonly string[]): string {
  const text = Buffer.from(JSON.stringify(key));
  return Buffer.concat([checksum(text), text]).toString('base64url');
}

/** @throws ProblemException `cursor_invalid`, also when the cursor has another number of parts. */
export function decodeCursor(cursor: string, parts: number): readonly string[] {
  const bytes = Buffer.from(cursor, 'base64url');
  const text = bytes.subarray(CHECK_BYTES);
  // Node skips what is not base64url, so the way back must give the same text.
  const intact =
    bytes.toString('base64url') === cursor && checksum(text).equals(bytes.subarray(0, CHECK_BYTES));
  const key: unknown = intact ? JSON.parse(text.toString()) : undefined;
  if (isKey(key) && key.length === parts) return key;
  throw cursorInvalid();
}

/** For cursors that are whole and yet not of the list they were sent to. */
export function cursorInvalid(): ProblemException {
  return problem('cursor_invalid', {
    detail: 'The parameter cursor is not a cursor of this list.',
    errors: [
      {
        parameter: 'cursor',
        code: 'cursor_invalid',
        detail: 'Send nextCursor of the previous page unchanged, or leave the parameter out.',
      },
    ],
  });
}

function checksum(text: Buffer): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, CHECK_BYTES);
}

function isKey(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}
