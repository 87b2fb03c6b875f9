import { createHash } from 'node:crypto';

/** MD5 in lower-case hex, which some vendors use to name a contact by its address. Never for anything secret. */
export function md5Hex(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}
