// Everything that a goal was set for, one subject after the other, and one table at the end. The figures of a subject stand
// in its own run; nothing is compared between subjects.
import { fork } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { printGoals } from './goals.mjs';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, without: { type: 'string', default: '' } },
});
/** With what a subject is run, and with what when there is little time. */
const SUBJECTS = [
  ['held', [], ['--seconds', '12']],
  ['throughput', [], ['--contacts', '2000', '--single', '1000', '--rounds', '1']],
  ['latency', [], ['--seconds', '5', '--idle', '30', '--backlog', '100000']],
  ['outbox', [], ['--seconds', '1', '--rounds', '1']],
  ['pace', ['--seconds', '6', '--pauses', '5'], ['--seconds', '3', '--pauses', '2', '--processes', '1,2']],
  ['api', [], ['--seconds', '1', '--rounds', '1']],
  ['cold-start', [], ['--backlog', '100000', '--rounds', '1']],
  ['recovery', [], ['--people', '60', '--kills', '1']],
  // The longest is the last, so that who breaks it off has the others.
  ['claim', ['--rows', '10000,100000,1000000,10000000'], ['--rows', '10000,100000', '--steps', '20']],
];

const without = new Set(values.without.split(','));
const goals = [];
const failed = [];
let running;
let brokenOff = false;
// What was measured by then is printed.
process.once('SIGINT', () => {
  brokenOff = true;
  running?.kill('SIGTERM');
});
for (const [subject, full, quick] of SUBJECTS.filter(([name]) => !without.has(name))) {
  if (brokenOff) break;
  console.log(`${subject}, load ${loadavg()[0].toFixed(1)}\n`);
  const code = await run(subject, values.quick ? quick : full);
  if (code !== 0) failed.push(subject);
}

const [{ model }] = cpus();
console.log(
  `${new Date().toISOString()}, Node ${process.versions.node}, ${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GB, ` +
    `load ${loadavg()[0].toFixed(1)} at the end.\n`,
);
printGoals(goals.sort((one, other) => rank(one) - rank(other)));
if (failed.length > 0) {
  console.error(`Not measured, because they ended early: ${failed.join(', ')}.`);
  process.exitCode = 1;
}

/** Performance first, then reliability, each by number. */
function rank({ id }) {
  return Number(id.slice(1)) + (id.startsWith('R') ? 100 : 0);
}

function run(subject, options) {
  const child = fork(path.join(import.meta.dirname, `${subject}.mjs`), options);
  running = child;
  child.on('message', ({ goal }) => goals.push(goal));
  return new Promise((resolve) => child.once('exit', resolve));
}
