import type { NamedSecret } from './secret-mask.js';

/** Below this, a fragment of base64 is no evidence of a secret. */
const SHORTEST_FRAGMENT = 6;

/** Every spelling of every value that a vendor or proxy may echo, under the field's name. */
export function* spellings(secrets: readonly NamedSecret[]): Generator<NamedSecret> {
  for (const { field, value } of secrets) {
    for (const spelling of textSpellings(value)) if (spelling !== '') yield { field, value: spelling };
    for (const spelling of base64Spellings(value)) yield { field, value: spelling };
  }
  for (const user of [...secrets, { field: '', value: '' }]) {
    for (const password of [...secrets, { field: '', value: '' }]) {
      if (user === password || user.value + password.value === '') continue;
      const pair = Buffer.from(`${user.value}:${password.value}`);
      const field = [user.field, password.field].filter((name) => name !== '').join(':');
      yield { field, value: pair.toString('base64') };
      yield { field, value: pair.toString('base64url') };
    }
  }
}

function* textSpellings(value: string): Generator<string> {
  // Lone surrogates, which can't be percent-encoded, become U+FFFD, as they do on the wire.
  const plain = Buffer.from(value).toString();
  const json = JSON.stringify(plain).slice(1, -1);
  const ascii = json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const percent = encodeURIComponent(plain);
  const strict = percent.replace(/[!'()*~._-]/g, hex);
  const usual = percent.replace(/[!'()*]/g, hex);
  yield plain;
  for (const spelling of [json, ascii]) {
    yield spelling;
    yield spelling.replaceAll('/', '\\/');
    yield spelling.replace(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`);
    // JSON within JSON, as in a message that quotes the body it could not read.
    yield JSON.stringify(spelling).slice(1, -1);
  }
  for (const spelling of [percent, usual, strict, new URLSearchParams([['', plain]]).toString().slice(1)]) {
    yield spelling;
    yield spelling.replaceAll('%20', '+');
    yield spelling.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
  }
  const html = plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  for (const quote of ['&quot;', '&#34;']) {
    for (const apostrophe of ["'", '&#39;', '&#x27;', '&apos;']) {
      yield html.replaceAll('"', quote).replaceAll("'", apostrophe);
    }
  }
}

/** Alone, and as the part that shows when it stands inside something longer, at each of the three alignments. */
function* base64Spellings(value: string): Generator<string> {
  const bytes = Buffer.from(value);
  for (const encoding of ['base64', 'base64url'] as const) {
    yield bytes.toString(encoding);
    for (const before of [0, 1, 2]) {
      const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString(encoding);
      const fragment = encoded.slice(
        Math.ceil((before * 8) / 6),
        Math.floor(((before + bytes.length) * 8) / 6),
      );
      if (fragment.length >= SHORTEST_FRAGMENT) yield fragment;
    }
  }
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
