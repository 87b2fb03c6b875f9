import { createHash } from 'node:crypto';

import type { WebhookMessage } from './webhook-message.js';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A message's id as a ULID, for receivers that recognise a repeat by one: the time of the message and 80 bits of its id's
 * hash. The same for every attempt and replay, because both are.
 */
export function messageUlid({ id, timestamp }: Pick<WebhookMessage, 'id' | 'timestamp'>): string {
  const time = Math.max(0, Math.min(Date.parse(timestamp), 2 ** 48 - 1));
  let bits = BigInt(Number.isFinite(time) ? time : 0);
  for (const byte of createHash('sha256').update(id).digest().subarray(0, 10))
    bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = CROCKFORD.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}
