/**
 * `npm test [-- jest arguments]`: install, build, run every Jest project, and close with one plain line
 * "N passed, N failed, N skipped".
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { buildProduct, installDependencies, requireNode, root } from './prepare.mjs';
import { stopTestServer } from './stop-test-server.mjs';

requireNode();
installDependencies();

const args = process.argv.slice(2);
// Unit tests load the sources; only the tests that start the product need the built one.
const needsBuild = args.every((arg) => arg.startsWith('-') || /e2e|faults/.test(arg));
if (needsBuild) buildProduct();

const folder = mkdtempSync(path.join(os.tmpdir(), 'rekomi-test-'));
const report = path.join(folder, 'report.json');
const exitCode = await runJest(['--maxWorkers=2', '--json', `--outputFile=${report}`, ...args]);
const counts = readCounts(report);
rmSync(folder, { recursive: true, force: true });
await stopTestServer(root);

process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exit(exitCode === 0 && counts.failed === 0 ? 0 : 1);

function runJest(jestArgs) {
  const nodeArgs = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  // --json prints the report to stdout as well unless it has a file; what people read is on stderr.
  const child = spawn(process.execPath, [...nodeArgs, jest, ...jestArgs], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test' },
  });
  // Ctrl-C reaches Jest as well; this process stays to stop the database server.
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

/** A test file that could not even be loaded has no tests to count: it counts as one failure. */
function readCounts(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const result = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}
