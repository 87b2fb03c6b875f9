import { SecretMask, type NamedSecret } from '@rekomi/transport';

/** Of our request: what everybody may know. All others may hold keys, whatever they are called. */
const KNOWN_HEADERS = new Set(['accept', 'accept-encoding', 'content-type', 'user-agent']);
/** Of the answer: whole values that are nobody else's business. */
const SECRET_HEADERS = new Set(['set-cookie', 'cookie', 'authorization', 'proxy-authorization']);

/** 4 KiB, as text. */
const SHOWN_CHARACTERS = 4096;

/** Takes out of an answer what it repeats of our headers: many receivers echo what they get. */
export function answerMask(requestHeaders: Readonly<Record<string, string>>): SecretMask {
  const secrets = Object.entries(requestHeaders)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !KNOWN_HEADERS.has(name) && !name.startsWith('webhook-'));
  return new SecretMask(secrets.flatMap(([field, value]) => partsOf(field, value)));
}

export function shownHeaders(
  headers: Readonly<Record<string, string>>,
  mask: SecretMask,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.has(name) ? '[masked]' : storable(mask.header(value)),
    ]),
  );
}

/**
 * The beginning of a body as text. Packed answers are not unpacked, because a few kilobytes can unpack into gigabytes and we
 * asked for none.
 */
export function shownBody(headers: Readonly<Record<string, string>>, body: Buffer, mask: SecretMask): string {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity' && body.length > 0) {
    return `[packed with ${storable(mask.text(encoding.slice(0, 40)))}, which was not asked for; not unpacked]`;
  }
  return storable(mask.start(body.toString('utf8').replace(/^\uFEFF/, ''), SHOWN_CHARACTERS));
}

/** A header such as `Basic …` or `Bearer …` is as secret without its first word, and Basic without its wrapping. */
function partsOf(field: string, value: string): readonly NamedSecret[] {
  const [, scheme, rest] = /^(\S+) +(\S.*)$/.exec(value) ?? [];
  if (scheme === undefined || rest === undefined) return [{ field, value }];
  const pair =
    scheme.toLowerCase() === 'basic' ? Buffer.from(rest, 'base64').toString('utf8').split(':') : [];
  return [value, rest, ...pair].map((part) => ({ field, value: part }));
}

/** PostgreSQL stores no NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
