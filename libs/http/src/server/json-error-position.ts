export interface TextPosition {
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
  /** The text ends where more was expected. */
  readonly atEnd: boolean;
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Where a text stops being JSON; undefined for valid JSON. `JSON.parse` says it in words that differ between versions
 * of Node and may quote the text, which can hold a secret. Iterative, so that deep nesting cannot exhaust the stack.
 */
export function jsonErrorPosition(text: string): TextPosition | undefined {
  const index = firstError(text);
  if (index === undefined) return undefined;
  const before = text.slice(0, index);
  return {
    line: before.split('\n').length,
    column: index - before.lastIndexOf('\n'),
    atEnd: index >= text.length,
  };
}

function firstError(text: string): number | undefined {
  const closers: ('}' | ']')[] = [];
  let expected = 'value' as Expected;
  let index = skip(SPACE, text, 0);
  for (; index < text.length; index = skip(SPACE, text, index)) {
    const closer = closers.at(-1);
    const char = text.charAt(index);
    if (expected === ', or end') {
      if (closer === undefined) return index;
      if (char === closer) closers.pop();
      else if (char === ',') expected = closer === '}' ? 'key' : 'value';
      else return index;
      index += 1;
    } else if (expected === ':') {
      if (char !== ':') return index;
      expected = 'value';
      index += 1;
    } else if (char === closer && (expected === 'key or }' || expected === 'value or ]')) {
      closers.pop();
      expected = ', or end';
      index += 1;
    } else if (char === '"') {
      const end = stringEnd(text, index);
      if (end.broken) return end.index;
      expected = expected === 'key' || expected === 'key or }' ? ':' : ', or end';
      index = end.index;
    } else if (expected === 'key' || expected === 'key or }') {
      return index;
    } else if (char === '{' || char === '[') {
      closers.push(char === '{' ? '}' : ']');
      expected = char === '{' ? 'key or }' : 'value or ]';
      index += 1;
    } else {
      const end = Math.max(skip(NUMBER, text, index), skip(LITERAL, text, index));
      if (end === index) return index;
      expected = ', or end';
      index = end;
    }
  }
  return expected === ', or end' && closers.length === 0 ? undefined : text.length;
}

function stringEnd(text: string, start: number): { readonly index: number; readonly broken: boolean } {
  let index = start + 1;
  while (index < text.length) {
    const char = text.charAt(index);
    if (char === '"') return { index: index + 1, broken: false };
    const next = char === '\\' ? skip(ESCAPE, text, index) : index + 1;
    if (next === index || char < ' ') return { index, broken: true };
    index = next;
  }
  return { index: text.length, broken: true };
}

/** The index after a match at `index`, or `index` itself. */
function skip(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.test(text) ? pattern.lastIndex : index;
}
