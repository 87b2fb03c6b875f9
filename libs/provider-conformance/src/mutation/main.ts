import { join, resolve } from 'node:path';
import { loadSubject, slugsIn } from '../load-subject.js';
import { mutateAnswers } from './mutation-run.js';
import { readMutationArguments, USAGE } from './mutation-arguments.js';
import { shownFinding } from './shown-finding.js';

const providersFolder = join(resolve(import.meta.dirname, '..', '..', '..'), 'providers');

process.exitCode = await main(process.argv.slice(2));

/** @returns 0 when nothing was found, 1 when something was, 2 when it could not be looked for. */
async function main(args: readonly string[]): Promise<number> {
  const command = readMutationArguments(args, slugsIn(providersFolder));
  if (typeof command === 'string') {
    process.stderr.write(`${command}\n\n${USAGE}`);
    return 2;
  }
  let found = 0;
  let made = 0;
  for (const slug of command.slugs) {
    const loading = await loadSubject(join(providersFolder, slug));
    if (loading.kind === 'failed') {
      process.stderr.write(`${loading.reason}\n`);
      return 2;
    }
    const started = performance.now();
    const report = await mutateAnswers(loading.subject, command);
    const seconds = (performance.now() - started) / 1000;
    made += report.runs;
    const kinds = Object.entries(report.kinds).sort(([, one], [, other]) => other - one);
    process.stdout.write(
      `${slug}: ${report.runs} changed answers in ${seconds.toFixed(1)} s, ${Math.round(report.runs / seconds)} a second; ` +
        `${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')}\n`,
    );
    for (const finding of report.findings) process.stdout.write(shownFinding(slug, command.seed, finding));
    for (const sign of report.unmet) process.stdout.write(`${slug}: no scene bears out the sign ${sign}\n`);
    for (const write of report.unsigned)
      process.stdout.write(`${slug}: no sign is written down for ${write}\n`);
    found += report.findings.length + report.unmet.length + report.unsigned.length;
  }
  process.stdout.write(
    `${made} changed answers with the seed ${command.seed}: ${found === 0 ? 'nothing' : found} found\n`,
  );
  return found === 0 ? 0 : 1;
}
