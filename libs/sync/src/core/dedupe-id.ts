import { createHash } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The id by which a vendor recognises a repeated event: a ULID whose time is the event's and whose other 80 bits are a
 * hash of connection and event. It never depends on a position in a lane, because lanes are numbered anew.
 */
export function dedupeId(connectionId: string, eventId: string, occurredAt: string): string {
  const time = Math.max(0, Math.min(Date.parse(occurredAt), 2 ** 48 - 1));
  const hash = createHash('sha256').update(`${connectionId}\n${eventId}`).digest().subarray(0, 10);
  let bits = BigInt(Number.isFinite(time) ? time : 0);
  for (const byte of hash) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = CROCKFORD.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}
