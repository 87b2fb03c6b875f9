import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { RunRecord } from './run-record.js';

const LOG = 'applied.ndjson';
const REST = 'run.json';

/** Keeps a run, so that it can be judged again: `npm run faults -- --check FOLDER`. */
export function storeRecord(folder: string, record: RunRecord): void {
  mkdirSync(folder, { recursive: true });
  const { applied, ...rest } = record;
  writeFileSync(path.join(folder, LOG), applied.map((line) => `${line}\n`).join(''));
  writeFileSync(path.join(folder, REST), JSON.stringify(rest));
}

/** @throws Error when the folder holds no run */
export function loadRecord(folder: string): RunRecord {
  const rest = JSON.parse(readFileSync(path.join(folder, REST), 'utf8')) as Omit<RunRecord, 'applied'>;
  return { ...rest, applied: readLines(path.join(folder, LOG)) };
}

/** Half a line at the end was never answered, and counts for nothing. */
export function readLines(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}
