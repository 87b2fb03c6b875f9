import { parseMark, type Mark } from './mark.js';

/** One request that an emulated vendor applied, with the items of ours in it. */
export interface AppliedLine {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly vendor: string;
  readonly status: number;
  readonly items: readonly Mark[];
}

export interface AppliedLog {
  readonly lines: readonly AppliedLine[];
  /** Starts of the emulators' process. */
  readonly starts: number;
  /** Why the log proves nothing, if it does not. */
  readonly faults: readonly string[];
}

/** Reads a log line by line. A line that is missing, out of its place or unreadable is a fault of the log. */
export function readAppliedLog(text: readonly string[]): AppliedLog {
  const lines: AppliedLine[] = [];
  const faults: string[] = [];
  let starts = 0;
  for (const [index, line] of text.entries()) {
    const entry = parsed(line);
    if (entry === undefined) {
      faults.push(`line ${index + 1} cannot be read: ${line.slice(0, 80)}`);
      continue;
    }
    if (entry['number'] !== index + 1)
      faults.push(`line ${index + 1} calls itself ${String(entry['number'])}: lines are missing`);
    if (entry['started'] === true) starts += 1;
    else lines.push(appliedLine(entry, faults));
  }
  if (starts === 0) faults.push('no emulator ever started');
  if (lines.length === 0) faults.push('nothing was ever applied');
  return { lines, starts, faults };
}

function appliedLine(entry: Readonly<Record<string, unknown>>, faults: string[]): AppliedLine {
  const items = ((entry['items'] ?? []) as readonly string[]).flatMap((text) => {
    const mark = parseMark(text);
    if (mark === undefined) faults.push(`line ${String(entry['number'])} holds "${text}", which is no mark`);
    return mark === undefined ? [] : [mark];
  });
  return {
    number: Number(entry['number']),
    at: Number(entry['at']),
    vendor: String(entry['vendor']),
    status: Number(entry['status']),
    items,
  };
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
