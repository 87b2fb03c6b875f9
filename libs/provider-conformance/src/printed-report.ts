import { countsOf, type CaseReport, type ConformanceReport } from './report.js';

/** One line about a case that is over, for people who watch. Nothing about one that passed or did not apply. */
export function progressLine(slug: string, { id, status, reason = '' }: CaseReport): string | undefined {
  if (status !== 'failed') return undefined;
  return `${slug}: ${id} failed\n${reason.replace(/^/gm, '    ')}\n`;
}

/** A table of the run, one line per provider. */
export function summaryTable(reports: readonly ConformanceReport[]): string {
  const rows = reports.map((report) => {
    const counts = countsOf(report);
    return [
      report.provider.slug,
      String(counts.passed),
      String(counts.failed),
      String(counts.not_applicable),
      String(report.unproven.length),
      (report.durationMs / 1000).toFixed(1),
    ];
  });
  const head = ['provider', 'passed', 'failed', 'nothing to examine', 'unproven claims', 'seconds'];
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), ''].join('\n');
}
