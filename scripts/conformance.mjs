/**
 * `npm run conformance -- <slug | folder> | --all`: runs the conformance suite from the sources, so that no build is
 * needed and a provider folder anywhere can be examined as it is, in TypeScript or built.
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
    path.join(root, 'libs', 'provider-conformance', 'src', 'main.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
if (process.argv.includes('--docs') && run.status !== 2) {
  const prettier = path.join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  const page = path.join(root, 'docs', 'conformance.md');
  spawnSync(process.execPath, [prettier, '--write', '--log-level=warn', page], { stdio: 'inherit' });
}
process.exit(run.status ?? 2);
