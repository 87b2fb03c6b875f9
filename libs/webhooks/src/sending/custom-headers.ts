import { pointerOf, type FieldProblem } from './field-problem.js';

const MOST = 20;
const LONGEST_NAME = 100;
const LONGEST_VALUE = 4096;
const LONGEST_IN_ALL = 8192;

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110, section 5.5, without what lies beyond ASCII: receivers do not agree on its encoding. */
const VALUE = /^[\t\x20-\x7e]*$/;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json(?:\s*;\s*charset="?utf-8"?)?$/i;

/** They belong to the connection or say where the body ends; whoever sets them can smuggle a second request. */
const OURS = new Set([
  ...[
    'accept-encoding',
    'connection',
    'content-encoding',
    'content-length',
    'content-range',
    'expect',
    'host',
  ],
  ...['http2-settings', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te'],
  ...['trailer', 'transfer-encoding', 'upgrade', 'via'],
]);

export type HeadersReading =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * Checks the headers that a merchant wants beside ours.
 *
 * @param value an object of names and texts, as it came over the API.
 * @returns them as given, blanks around the values taken off. No problem repeats a value: it may be a key.
 */
export function readCustomHeaders(value: unknown): HeadersReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused([problem([], 'is_object', 'Give an object of header names and values.')]);
  }
  const entries = Object.entries(value as Record<string, unknown>);
  const problems = [...tooMuch(entries), ...entries.flatMap(([name, text]) => problemsOf(name, text))];
  const seen = new Set<string>();
  for (const [name] of entries) {
    const lower = name.toLowerCase();
    if (seen.has(lower)) problems.push(problem([name], 'header_repeated', 'This header is given twice.'));
    seen.add(lower);
  }
  if (problems.length > 0) return refused(problems);
  return { ok: true, headers: Object.fromEntries(entries.map(([name, text]) => [name, trimmed(text)])) };
}

/** Name of the first header that cannot go out. The sender's last look, whoever made the headers. */
export function unsendableHeader(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(headers).find(
    ([name, value]) => !TOKEN.test(name) || OURS.has(name.toLowerCase()) || !VALUE.test(value),
  )?.[0];
}

function problemsOf(name: string, value: unknown): readonly FieldProblem[] {
  const lower = name.toLowerCase();
  if (!TOKEN.test(name) || name.length > LONGEST_NAME) {
    return [
      problem(
        [name],
        'header_name_invalid',
        'A header name has letters, digits and hyphens, at most 100 of them.',
      ),
    ];
  }
  if (OURS.has(lower) || lower.startsWith('webhook-')) {
    return [
      problem(
        [name],
        'header_reserved',
        `We set ${lower} ourselves. Choose another header, or leave it out.`,
      ),
    ];
  }
  if (typeof value !== 'string') return [problem([name], 'is_string', 'The value of a header is a text.')];
  if (!VALUE.test(value)) {
    const detail =
      'The value has a line break or characters beyond ASCII. Copy it anew, without what stands around it.';
    return [problem([name], 'header_value_invalid', detail)];
  }
  if (trimmed(value) === '') {
    return [
      problem([name], 'header_value_empty', 'The value is empty. Fill it in, or leave the header out.'),
    ];
  }
  if (value.length > LONGEST_VALUE) {
    return [problem([name], 'header_too_long', `The value is longer than ${LONGEST_VALUE} characters.`)];
  }
  if (lower === 'content-type' && !JSON_TYPE.test(trimmed(value))) {
    const detail = 'The body is JSON in UTF-8. Use application/json, or a type that ends in +json.';
    return [problem([name], 'header_content_type', detail)];
  }
  return [];
}

function tooMuch(entries: readonly (readonly [string, unknown])[]): FieldProblem[] {
  if (entries.length > MOST) return [problem([], 'headers_too_many', `At most ${MOST} headers.`)];
  const size = entries.reduce((sum, [name, text]) => sum + name.length + String(text).length, 0);
  return size > LONGEST_IN_ALL
    ? [problem([], 'headers_too_long', `All headers together have at most ${LONGEST_IN_ALL} characters.`)]
    : [];
}

function trimmed(value: unknown): string {
  return String(value).replace(/^[\t ]+|[\t ]+$/g, '');
}

function problem(path: readonly string[], code: string, detail: string): FieldProblem {
  return { pointer: pointerOf(path), code, detail };
}

function refused(problems: readonly FieldProblem[]): HeadersReading {
  return { ok: false, problems };
}
