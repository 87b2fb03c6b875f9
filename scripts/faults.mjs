/**
 * Campaigns of faults against the whole product (test/faults):
 *
 *   npm run faults                                     every campaign in the size of `npm test`
 *   npm run faults -- --size full --seed 42 kill       one of them at leisure, with the draws of an earlier run
 *   npm run faults -- --check FOLDER                   judges a run again that was kept
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { buildProduct, installDependencies, requireNode, root } from './prepare.mjs';
import { stopTestServer } from './stop-test-server.mjs';

requireNode();
installDependencies();

const { values, positionals } = parseArgs({
  options: {
    size: { type: 'string', default: 'ci' },
    seed: { type: 'string' },
    check: { type: 'string' },
  },
  allowPositionals: true,
});
if (!['ci', 'full'].includes(values.size)) {
  process.stderr.write(`There is no size "${values.size}": it is ci or full.\n`);
  process.exit(2);
}
process.exit(values.check === undefined ? await campaigns() : checkAgain(values.check));

function checkAgain(folder) {
  const loader = pathToFileURL(path.join(root, 'scripts', 'source-loader.mjs')).href;
  const script = path.join(root, 'test', 'faults', 'support', 'check-again.ts');
  return run(['--conditions=rekomi-source', '--import', loader, script, folder], {});
}

async function campaigns() {
  buildProduct();
  const names = positionals.map((name) => `test/faults/${name}`);
  const status = run(
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      // One after the other: each is a cluster of its own.
      ...['--runInBand', ...names, '--selectProjects', 'faults'],
    ],
    {
      FAULTS: 'all',
      FAULTS_SIZE: values.size,
      ...(values.seed === undefined ? {} : { FAULTS_SEED: values.seed }),
    },
  );
  await stopTestServer(root);
  return status;
}

function run(args, env) {
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'test', ...env } };
  return spawnSync(process.execPath, args, options).status ?? 1;
}
