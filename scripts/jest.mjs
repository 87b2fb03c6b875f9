// Runs jest in ESM mode. `--selectProjects` would swallow the paths behind it, so it goes last.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const given = process.argv.slice(2);
const at = given.indexOf('--selectProjects');
const args =
  at < 0 ? given : [...given.slice(0, at), ...given.slice(at + 2), '--selectProjects', given[at + 1] ?? ''];
const run = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...args],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
