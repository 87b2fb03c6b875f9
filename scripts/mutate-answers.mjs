/**
 * `npm run mutate-answers -- [provider …] [--runs 100000] [--seed 1]`: gives providers changed answers of their vendors and
 * looks whether any is told as a success without the vendor's own sign of it. Runs from the sources, so no build is needed.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { installDependencies, requireNode, root } from './prepare.mjs';

requireNode();
installDependencies();

const run = spawnSync(
  process.execPath,
  [
    '--conditions=rekomi-source',
    '--import',
    pathToFileURL(path.join(root, 'scripts', 'source-loader.mjs')).href,
    path.join(root, 'libs', 'provider-conformance', 'src', 'mutation', 'main.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 2);
