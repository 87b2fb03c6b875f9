import type { RunRecord } from './run-record.js';
import { checkRun } from './check/check-run.js';
import { loadRecord } from './record-files.js';

/** Judges a run that was kept in a folder, and says what was broken. Ends with 1 when anything was, with 2 without a run. */
const [, , folder = ''] = process.argv;
const record = load(folder);
const violations = checkRun(record);
process.stdout.write(
  `${record.name}, seed ${record.seed}: ${record.operations.length} operations, ${record.applied.length} lines, ` +
    `${violations.length} violations\n${violations.map(({ law, what }) => `${law}: ${what}\n`).join('')}`,
);
process.exit(violations.length === 0 ? 0 : 1);

function load(from: string): RunRecord {
  try {
    return loadRecord(from);
  } catch (err) {
    process.stderr.write(
      `There is no run to judge in "${from}": ${err instanceof Error ? err.message : String(err)}\n`,
    );
    return process.exit(2);
  }
}
