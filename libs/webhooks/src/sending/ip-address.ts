import { isIPv4, isIPv6 } from 'node:net';

/**
 * An address in the form in which it is judged: 4 or 16 bytes.
 *
 * @param text dotted decimal, or IPv6 as RFC 4291 section 2.2 writes it, without brackets.
 * @returns undefined for anything else, also for an address with a zone: it means another host on every machine.
 */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [left = '', right] = withoutDots(text).split('::');
  const before = groups(left);
  const after = right === undefined ? [] : groups(right);
  const bytes = new Uint8Array(16);
  before.forEach((group, place) => write(bytes, place, group));
  after.forEach((group, place) => write(bytes, 8 - after.length + place, group));
  return bytes;
}

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function write(bytes: Uint8Array, place: number, group: number): void {
  bytes[place * 2] = group >> 8;
  bytes[place * 2 + 1] = group & 0xff;
}

/** The last 32 bits may be written as IPv4. */
function withoutDots(text: string): string {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const [a = 0, b = 0, c = 0, d = 0] = text.slice(start).split('.').map(Number);
  return `${text.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
