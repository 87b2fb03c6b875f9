/**
 * `npm run proofs -- [--size ci | full] [--seed N] [--count N] [name …]`: puts the rules of the engine through many
 * histories, on every processor, from the sources. What is found is printed with its seed and made short. The names:
 * interleavings, coalescing, order, histories (one contact, everything that can happen to it), model (by spin).
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { installDependencies, requireNode, root } from './prepare.mjs';

requireNode();
installDependencies();

const RUN_PROOF = [
  '--conditions=rekomi-source',
  '--import',
  pathToFileURL(path.join(root, 'scripts', 'source-loader.mjs')).href,
  path.join(root, 'libs', 'sync', 'src', 'core', 'testing', 'run-proof.ts'),
];
/** By name: how many histories in which size. */
const HISTORIES = JSON.parse(execFileSync(process.execPath, RUN_PROOF, { encoding: 'utf8' }));
/** Tests that are told their size by the environment. */
const TESTS = {
  histories: { file: 'libs/sync/src/core/lane-run-histories', full: { LANE_HISTORIES: '1000000' } },
  model: { file: 'libs/sync/src/sql/lane-protocol', full: { PROOFS_SIZE: 'full' } },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { size: { type: 'string', default: 'ci' }, seed: { type: 'string' }, count: { type: 'string' } },
});
const known = [...Object.keys(HISTORIES), ...Object.keys(TESTS)];
const strange = positionals.find((name) => !known.includes(name));
const wrong =
  strange !== undefined
    ? `There is no proof "${strange}". There are: ${known.join(', ')}.`
    : !['ci', 'full'].includes(values.size)
      ? `There is no size "${values.size}". There are: ci, full.`
      : [values.seed, values.count].some((number) => number !== undefined && !/^\d+$/.test(number))
        ? 'A seed and a count are whole numbers.'
        : undefined;
if (wrong !== undefined) {
  process.stderr.write(`${wrong}\n`);
  process.exit(2);
}

const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
process.stdout.write(`seed ${seed}\n`);
let failed = false;
for (const name of positionals.length === 0 ? known : positionals) {
  const holds = name in HISTORIES ? await tryHistories(name) : runTest(TESTS[name]);
  failed ||= !holds;
}
process.exit(failed ? 1 : 0);

async function tryHistories(name) {
  const count = Number(values.count ?? HISTORIES[name][values.size]);
  const parts = Math.min(os.availableParallelism(), count);
  const began = performance.now();
  const share = Math.ceil(count / parts);
  const shares = Array.from({ length: parts }, (_, index) => ({
    from: seed + index * share,
    count: Math.min(share, count - index * share),
  })).filter((part) => part.count > 0);
  const found = await Promise.all(shares.map((part) => tryPart(name, part)));
  const seconds = (performance.now() - began) / 1000;
  const histories = found.reduce((sum, part) => sum + part.histories, 0);
  const rate = Math.round(histories / seconds);
  process.stdout.write(`${name}: ${histories} histories in ${seconds.toFixed(1)} s, ${rate} a second\n`);
  for (const part of found) if (part.found !== undefined) process.stdout.write(`${part.found}\n`);
  return found.every((part) => part.found === undefined);
}

function tryPart(name, part) {
  const child = spawn(process.execPath, [...RUN_PROOF, name, String(part.from), String(part.count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (chunk) => (told += chunk));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      if (code === 0) resolve(JSON.parse(told));
      else reject(new Error(`The proof ended with code ${code}.`));
    });
  });
}

function runTest({ file, full }) {
  const env = values.size === 'full' ? { ...process.env, ...full } : process.env;
  const args = [path.join(root, 'scripts', 'jest.mjs'), '--selectProjects', 'unit', file];
  return spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status === 0;
}
