// What a run found, beside what was aimed at. A subject prints its own rows; run by `all`, it hands them on for one table.

/**
 * @param row.id of the goal, as P1
 * @param row.what was measured
 * @param row.ours our figure with its unit
 * @param row.beside the other figure of the same run, with what it is
 * @param row.ratio ours to it, or undefined
 * @param row.aim in words
 * @param row.met whether it was reached
 */
export function goal(row) {
  found.push(row);
  process.send?.({ goal: row });
}

const found = [];

/** Prints what this process found; nothing under `all`, which prints everything together. */
export function printGoals(rows = found) {
  if (rows === found && process.send !== undefined) return;
  const lines = rows.map(({ id, what, ours, beside = '', ratio, aim, met }) => [
    id,
    what,
    ours,
    beside,
    ratio === undefined ? '' : figure(ratio),
    aim,
    met ? 'met' : 'missed',
  ]);
  const table = [['goal', 'what', 'ours', 'beside it', 'ratio', 'aimed at', ''], ...lines];
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  const [head, ...body] = table.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`,
  );
  console.log([head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body, ''].join('\n'));
}

/** With as many digits as say something. */
export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
