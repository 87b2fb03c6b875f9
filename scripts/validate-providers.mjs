#!/usr/bin/env node
/**
 * Holds together what makes a provider whole: manifest, guide, logo, error codes, and the definition that was published.
 *
 *   node scripts/validate-providers.mjs            writes definition.json where only something harmless changed
 *   node scripts/validate-providers.mjs --check    writes nothing, fails when something is missing, stale or broken
 *   … --migration <file>                           publishes a breaking change that this database migration prepares
 *   … --root <folder> --today <date>               another checkout, another day
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { providerFaults, sunsetWarning } from './provider-faults.mjs';

const home = join(dirname(fileURLToPath(import.meta.url)), '..');
const option = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const check = process.argv.includes('--check');
const root = option('root') ?? home;
const today = option('today') ?? new Date().toISOString().slice(0, 10);
const migration = option('migration');

register(pathToFileURL(join(home, 'scripts', 'source-loader.mjs')));
const source = (path) => import(pathToFileURL(path).href);
const { ERROR_CODES } = await source(join(home, 'libs/provider-contract/src/error-codes.ts'));
const { breakingChanges, definitionOf } = await source(
  join(home, 'libs/provider-registry/src/definition.ts'),
);

const providers = join(root, 'libs', 'providers');
const slugs = readdirSync(providers, { withFileTypes: true })
  .filter(
    (entry) => entry.isDirectory() && existsSync(join(providers, entry.name, `${entry.name}.manifest.ts`)),
  )
  .map(({ name }) => name)
  .sort();

const faults = [];
let written = 0;
for (const slug of slugs) {
  const folder = join(providers, slug);
  const manifest = Object.values(await source(join(folder, `${slug}.manifest.ts`))).find(
    (value) => typeof value === 'object' && value !== null && 'credentials' in value && 'limits' in value,
  );
  if (manifest === undefined) {
    faults.push(`${slug}: ${slug}.manifest.ts exports no manifest.`);
    continue;
  }
  faults.push(
    ...providerFaults({ slug, folder, manifest, codes: Object.keys(ERROR_CODES) }).map(
      (fault) => `${slug}: ${fault}`,
    ),
  );
  const warning = sunsetWarning(manifest, today);
  if (warning !== undefined) console.warn(`${slug}: ${warning}`);
  faults.push(...definitionFaults(slug, folder, manifest));
}

for (const fault of faults) console.error(fault);
console.log(
  `Providers: ${slugs.length} looked at, ${faults.length} fault(s)${check ? '' : `, ${written} definition(s) written`}.`,
);
process.exit(faults.length === 0 ? 0 : 1);

function definitionFaults(slug, folder, manifest) {
  const file = join(folder, 'definition.json');
  const now = definitionOf(manifest);
  const published = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const broken = published === undefined ? [] : breakingChanges(published.definition, now);
  if (broken.length > 0 && migration === undefined) {
    return broken.map(
      (what) =>
        `${what}. Stored connections rely on it: prepare them with a database migration and name it with --migration.`,
    );
  }
  if (broken.length > 0 && !existsSync(join(root, 'libs/database/src/migrations', `${migration}.ts`))) {
    return [`there is no migration called ${migration}.`];
  }
  const migrations = [
    ...(published?.migrations ?? []),
    ...(broken.length > 0 ? [{ migration, changes: broken }] : []),
  ];
  const text = `${JSON.stringify({ definition: now, migrations }, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return [];
  if (check) return ['definition.json is stale. Run "node scripts/validate-providers.mjs" and commit it.'];
  writeFileSync(file, text);
  written += 1;
  return [];
}
