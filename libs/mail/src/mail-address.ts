import addressparser from 'nodemailer/lib/addressparser';

/** RFC 5321: 254 characters for an address. */
const LONGEST = 254;
/** One bare address: nothing that could begin a second header, a second recipient or a comment. */
const BARE = /^[^\s@<>,;:"()[\]\\\p{Cc}]+@[^\s@<>,;:"()[\]\\\p{Cc}]+$/u;
const FALLBACK_DOMAIN = 'localhost';

/** Whether a text is one bare address that can stand in a header as it is. */
export function isBareAddress(text: string): boolean {
  return text.length <= LONGEST && BARE.test(text);
}

/** The part behind the @ of a sender of the form `Acme <partners@acme.example>`, for Message-IDs. */
export function senderDomain(from: string): string {
  const [first] = addressparser(from, { flatten: true });
  const domain = first?.address.split('@').at(-1)?.toLowerCase() ?? '';
  return /^[a-z0-9.-]+$/.test(domain) ? domain : FALLBACK_DOMAIN;
}
