const WARN = 40;
const LEVELS: readonly [number, string][] = [
  [60, 'FATAL'],
  [50, 'ERROR'],
  [WARN, 'WARN'],
];

/**
 * What of a child's log line belongs on the terminal: warnings and worse, in one readable line; null for the rest.
 * Children log one JSON object per line (`level`, `msg`); anything else on stderr is shown as it is.
 */
export function terminalLine(name: string, source: 'stdout' | 'stderr', line: string): string | null {
  const record = parse(line);
  if (record === null) return source === 'stderr' && line.trim() !== '' ? `${name}: ${line}` : null;
  const level = Number(record['level']);
  const label = LEVELS.find(([least]) => level >= least)?.[1];
  if (label === undefined) return null;
  const error = record['err'] as { message?: unknown } | undefined;
  const text = [record['msg'], error?.message].filter((part) => typeof part === 'string' && part !== '');
  return `${name} ${label}: ${[...new Set(text)].join(': ') || line}`;
}

function parse(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
