// Figures of a run, and how they are printed.
import { readFileSync } from 'node:fs';

export function residentMegabytes(pid) {
  return memoryMegabytes(pid, 'VmRSS');
}

/** The most it ever had. */
export function peakMegabytes(pid) {
  return memoryMegabytes(pid, 'VmHWM');
}

function memoryMegabytes(pid, field) {
  const line = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1_024;
}

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

export function median(values) {
  return quantile(values, 0.5);
}

/** Seconds that work took. */
export async function seconds(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

export function print(rows) {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toFixed(cell < 10 ? 2 : 0) : cell)),
  );
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('   '));
  console.log();
}
