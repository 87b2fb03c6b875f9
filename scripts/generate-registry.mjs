#!/usr/bin/env node
/**
 * Writes the provider registry from the folders under libs/providers. Nobody edits a central list: a folder that is
 * complete is a provider. `--check` writes nothing and fails when the committed files are stale.
 * `--root <folder>` works on another checkout.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const check = args.includes('--check');
const root = args.includes('--root')
  ? args[args.indexOf('--root') + 1]
  : join(dirname(fileURLToPath(import.meta.url)), '..');
const providersFolder = join(root, 'libs', 'providers');
const generatedFolder = join(root, 'libs', 'provider-registry', 'src', 'generated');
const HEADER =
  '// Written by scripts/generate-registry.mjs from the folders under libs/providers. Do not edit.';
const NOT_PROVIDERS = new Set(['dist', 'node_modules']);

const slugs = readdirSync(providersFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !NOT_PROVIDERS.has(entry.name) && !entry.name.startsWith('.'))
  .map((entry) => entry.name)
  .sort();
const faults = slugs.flatMap(faultsOf);
if (faults.length > 0) fail(faults);

const files = { 'providers.ts': providersFile(slugs), 'emulators.ts': emulatorsFile(slugs) };
const stale = Object.entries(files).filter(([name, text]) => committed(name) !== text);
if (check) {
  if (stale.length > 0) {
    const names = stale.map(([name]) => `libs/provider-registry/src/generated/${name}`).join(', ');
    fail([`Stale: ${names}. Run "node scripts/generate-registry.mjs" and commit the result.`]);
  }
} else {
  mkdirSync(generatedFolder, { recursive: true });
  for (const [name, text] of stale) writeFileSync(join(generatedFolder, name), text);
}
console.log(
  `Provider registry: ${slugs.length} provider(s), ${check ? 'up to date' : `${stale.length} file(s) written`}.`,
);

function faultsOf(slug) {
  const folder = join(providersFolder, slug);
  const where = `libs/providers/${slug}`;
  const required = [
    `${slug}.manifest.ts`,
    `${slug}.module.ts`,
    `${slug}.provider.ts`,
    `${slug}.emulator.ts`,
    'guide.md',
  ];
  const missing = required.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) return [`${where} is incomplete: ${missing.join(', ')} missing.`];
  const exported = [
    [`${slug}.module.ts`, `class ${pascal(slug)}Module`],
    [`${slug}.provider.ts`, `class ${pascal(slug)}Provider`],
    [`${slug}.emulator.ts`, `${camel(slug)}Emulator`],
  ];
  return [
    ...exported
      .filter(
        ([name, symbol]) => !new RegExp(`export (const |function )?${symbol}\\b`).test(read(folder, name)),
      )
      .map(([name, symbol]) => `${where}/${name} must export ${symbol}.`),
    ...missingAnchors(folder, slug).map(
      (anchor) => `${where}/guide.md has no heading with the anchor #${anchor}.`,
    ),
  ];
}

function missingAnchors(folder, slug) {
  const wanted = [...read(folder, `${slug}.manifest.ts`).matchAll(/guideAnchor:\s*['"]([^'"]+)['"]/g)].map(
    ([, anchor]) => anchor,
  );
  const present = new Set(
    [...read(folder, 'guide.md').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading]) => anchorOf(heading)),
  );
  return wanted.filter((anchor) => !present.has(anchor));
}

/** As GitHub and most Markdown renderers make anchors: lower case, punctuation away, spaces to hyphens. */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function providersFile(names) {
  const from = (slug, role) => `'@rekomi/providers/${slug}/${slug}.${role}'`;
  return [
    HEADER,
    ...names.flatMap((slug) => [
      `import { ${pascal(slug)}Module } from ${from(slug, 'module')};`,
      `import { ${pascal(slug)}Provider } from ${from(slug, 'provider')};`,
    ]),
    '',
    list(
      'PROVIDER_MODULES',
      names.map((slug) => `${pascal(slug)}Module`),
    ),
    '',
    list(
      'PROVIDER_CLASSES',
      names.map((slug) => `${pascal(slug)}Provider`),
    ),
    '',
  ].join('\n');
}

function emulatorsFile(names) {
  return [
    HEADER,
    "import type { EmulatorFactory } from '@rekomi/provider-contract';",
    ...names.map(
      (slug) => `import { ${camel(slug)}Emulator } from '@rekomi/providers/${slug}/${slug}.emulator';`,
    ),
    '',
    'export const EMULATORS: ReadonlyMap<string, EmulatorFactory> = new Map<string, EmulatorFactory>([',
    ...names.map((slug) => `  ['${slug}', ${camel(slug)}Emulator],`),
    ']);',
    '',
  ].join('\n');
}

function list(name, symbols) {
  return [`export const ${name} = [`, ...symbols.map((symbol) => `  ${symbol},`), '] as const;'].join('\n');
}

function pascal(slug) {
  return slug.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

function camel(slug) {
  return slug.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

function read(folder, name) {
  return readFileSync(join(folder, name), 'utf8');
}

function committed(name) {
  const path = join(generatedFolder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function fail(lines) {
  for (const line of lines) console.error(line);
  process.exit(1);
}
