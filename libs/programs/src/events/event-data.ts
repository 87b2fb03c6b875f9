const LONGEST_BYTES = 100_000;
const DEEPEST = 20;

/**
 * Why data cannot be stored with an event, in words, or undefined: too large, nested too deeply, or with characters
 * that no JSON of PostgreSQL can hold (NUL, halves of characters).
 */
export function eventDataProblem(data: Readonly<Record<string, unknown>>): string | undefined {
  const tree = problemIn(data, 1);
  if (tree !== undefined) return tree;
  const bytes = Buffer.byteLength(JSON.stringify(data));
  return bytes > LONGEST_BYTES
    ? `The data has ${bytes} bytes as JSON; at most ${LONGEST_BYTES} are possible.`
    : undefined;
}

function problemIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return textProblem(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > DEEPEST) return `The data is nested more than ${DEEPEST} levels deep.`;
  for (const [key, item] of Object.entries(value)) {
    const problem = textProblem(key) ?? problemIn(item, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function textProblem(text: string): string | undefined {
  return /[\u0000\p{Cs}]/u.test(text)
    ? 'The data holds a character that cannot be stored (NUL, or half of one).'
    : undefined;
}
