import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ALL_CASES } from './all-cases.js';
import { WATCH_CASES } from './cases/watched.js';
import { readCommandLine, USAGE, type CommandLine } from './command-line.js';
import { harOf, type RecordedExchange } from './har.js';
import { runLive } from './live-run.js';
import { loadSubject, slugsIn } from './load-subject.js';
import { withMatrix } from './matrix.js';
import { progressLine, summaryTable } from './printed-report.js';
import { reportPage } from './report-page.js';
import type { ConformanceReport } from './report.js';
import { runConformance } from './run.js';

const root = resolve(import.meta.dirname, '..', '..', '..');
const providersFolder = join(root, 'libs', 'providers');
const page = join(root, 'docs', 'conformance.md');

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const command = readCommandLine(args);
  if (typeof command === 'string') return unusable(`${command}\n\n${USAGE}`);
  const known = [...ALL_CASES, ...WATCH_CASES].map(({ id }) => id);
  const unknown = command.only?.find((id) => !known.includes(id));
  if (unknown !== undefined) return unusable(`There is no case ${unknown}. The cases: ${known.join(', ')}\n`);

  const reports: ConformanceReport[] = [];
  const recorded: RecordedExchange[] = [];
  for (const folder of foldersOf(command)) {
    const loading = await loadSubject(folder);
    if (loading.kind === 'failed') return unusable(`${loading.reason}\n`);
    const { slug } = loading.subject.provider.manifest;
    process.stderr.write(`${slug} …\n`);
    const options = {
      ...(command.only === undefined ? {} : { only: command.only }),
      onCase: (report: Parameters<typeof progressLine>[1]) =>
        void process.stderr.write(progressLine(slug, report) ?? ''),
      onExchanges: (caseId: string, exchanges: readonly RecordedExchange['exchange'][]) => {
        if (command.harFile === undefined) return;
        for (const exchange of exchanges) recorded.push({ provider: slug, caseId, exchange });
      },
    };
    const report = command.live
      ? await runLive(loading.subject, process.env, {
          ...options,
          say: (text) => void process.stderr.write(`${text}\n`),
        })
      : await runConformance(loading.subject, options);
    if (typeof report === 'string') return unusable(`${report}\n`);
    for (const claim of report.unproven) process.stderr.write(`${slug}: no case proves "${claim}"\n`);
    reports.push(report);
  }
  process.stdout.write(summaryTable(reports));
  write(command, reports, recorded);
  return reports.every(({ passed }) => passed) ? 0 : 1;
}

function foldersOf({ all, subjects }: CommandLine): readonly string[] {
  if (all) return slugsIn(providersFolder).map((slug) => join(providersFolder, slug));
  return subjects.map((subject) => {
    const own = join(providersFolder, subject);
    return /^[a-z0-9-]+$/.test(subject) && existsSync(own) ? own : resolve(subject);
  });
}

function write(
  { reportFolder, harFile, docs }: CommandLine,
  reports: readonly ConformanceReport[],
  recorded: readonly RecordedExchange[],
): void {
  if (reportFolder !== undefined) {
    mkdirSync(reportFolder, { recursive: true });
    writeFileSync(join(reportFolder, 'conformance.json'), `${JSON.stringify(reports, undefined, 2)}\n`);
    writeFileSync(join(reportFolder, 'conformance.html'), reportPage(reports));
    process.stderr.write(`Report: ${join(reportFolder, 'conformance.html')}\n`);
  }
  if (harFile !== undefined) {
    writeFileSync(harFile, JSON.stringify(harOf(recorded)));
    process.stderr.write(`Exchanges: ${harFile}\n`);
  }
  if (!docs) return;
  const text = withMatrix(readFileSync(page, 'utf8'), reports);
  if (text === undefined) throw new Error('docs/conformance.md has lost the marks around its matrix.');
  writeFileSync(page, text);
}

function unusable(reason: string): number {
  process.stderr.write(reason);
  return 2;
}
