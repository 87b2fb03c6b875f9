#!/usr/bin/env node
/**
 * Writes what the documents and the code say alike: docs/errors.md from the error table, the waits between attempts in
 * docs/architecture.md and docs/guides/webhooks.md, and the tools in README.md. Reads the sources, so no build is needed.
 * `--check` writes nothing and fails when a document is stale. `--root <folder>` works on another checkout.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import prettier from 'prettier';

const args = process.argv.slice(2);
const check = args.includes('--check');
const root = args.includes('--root')
  ? args[args.indexOf('--root') + 1]
  : join(dirname(fileURLToPath(import.meta.url)), '..');

register(new URL('./source-loader.mjs', import.meta.url));

const PARTIES = { merchant: 'you', vendor: 'the vendor', us: 'this software' };
const RETRIES = {
  automatic: 'tried again by itself',
  after_change: 'tried again once data or configuration changed',
  never: 'not tried again',
};

const { ERROR_CODES } = await load('libs/provider-contract/src/error-codes.ts');
const backOff = await load('libs/sync/src/core/back-off.ts');
const schedule = await load('libs/sync/src/core/endpoint-schedule.ts');

const documents = {
  'docs/errors.md': errorPage(ERROR_CODES),
  'docs/architecture.md': withSection(read('docs/architecture.md'), 'waits', waits(backOff)),
  'README.md': withSection(read('README.md'), 'tools', tools(await manifests())),
  'docs/guides/webhooks.md': withSection(read('docs/guides/webhooks.md'), 'schedule', attempts(schedule)),
};
const stale = [];
for (const [path, text] of Object.entries(documents)) {
  const options = { ...(await prettier.resolveConfig(join(root, path))), parser: 'markdown' };
  const formatted = await prettier.format(text, options);
  if (formatted === read(path)) continue;
  stale.push(path);
  if (!check) writeFileSync(join(root, path), formatted);
}
if (check && stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "node scripts/generate-docs.mjs" and commit the result.`);
  process.exit(1);
}
console.log(`Documents: ${check ? 'up to date' : `${stale.length} written`}.`);

function errorPage(codes) {
  const entries = Object.entries(codes);
  return [
    '# Error codes',
    '',
    '<!-- Written by scripts/generate-docs.mjs from libs/provider-contract/src/error-codes.ts. Do not edit. -->',
    '',
    `Every answer, connection, contact and delivery that is not as it should be carries one of these ${entries.length} codes.`,
    'A code never changes its meaning, and the link `docs/errors.md#<code>` leads to its explanation.',
    '',
    '| code | what happened | who acts | then |',
    '| --- | --- | --- | --- |',
    ...entries.map(
      ([code, text]) =>
        `| [\`${code}\`](#${code}) | ${text.title} | ${PARTIES[text.party]} | ${RETRIES[text.retry]} |`,
    ),
    '',
    ...entries.flatMap(([code, text]) => [
      `## ${code}`,
      '',
      `**${text.title}.** ${text.cause}`,
      '',
      `- **What to do:** ${text.fix}`,
      `- **Who acts:** ${PARTIES[text.party]}; **then:** ${RETRIES[text.retry]}.`,
      '',
    ]),
  ].join('\n');
}

function waits({ RETRY_CEILINGS_MS, GIVE_UP_AFTER_MS }) {
  const last = RETRY_CEILINGS_MS.length;
  return [
    '| after failure | next attempt within |',
    '| --- | --- |',
    ...RETRY_CEILINGS_MS.map((ms, index) => {
      const failure = index + 1 === last ? `${last} and every later one` : `${index + 1}`;
      return `| ${failure} | ${duration(ms)} |`;
    }),
    '',
    `A delivery that has been failing for ${duration(GIVE_UP_AFTER_MS)} ends as \`expired\` at the next failure.`,
  ].join('\n');
}

function attempts({ ENDPOINT_WAITS_MS }) {
  return [
    '| attempt | at the earliest after the one before |',
    '| --- | --- |',
    '| 1 | at once |',
    ...ENDPOINT_WAITS_MS.map((ms, index) => `| ${index + 2} | ${duration(ms)} |`),
  ].join('\n');
}

function tools(all) {
  const events = { native: 'events', tag: 'tags', attribute: 'attributes', none: 'nothing' };
  return [
    '| tool, with its guide | an audience is a … | events become |',
    '| --- | --- | --- |',
    ...all.map(
      ({ slug, name, audience, capabilities }) =>
        `| [${name}](libs/providers/${slug}/guide.md) | ${audience.singular} | ${events[capabilities.events]} |`,
    ),
  ].join('\n');
}

/** Of all providers, by name. */
async function manifests() {
  const found = [];
  for (const slug of readdirSync(join(root, 'libs', 'providers'))) {
    const path = `libs/providers/${slug}/${slug}.manifest.ts`;
    if (!existsSync(join(root, path))) continue;
    found.push(Object.values(await load(path)).find((one) => one?.slug === slug));
  }
  return found.sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

function duration(ms) {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1_000],
  ];
  const [name, size] = units.find(([, length]) => ms % length === 0 && ms >= length);
  const count = ms / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function withSection(text, name, content) {
  const begin = `<!-- ${name}: written by scripts/generate-docs.mjs -->`;
  const end = `<!-- end of ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`A document has lost the marks of its section "${name}".`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** A source, as it is. */
function load(path) {
  return import(pathToFileURL(join(root, path)).href);
}

function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (err) {
    if (err.code === 'ENOENT') return '';
    throw err;
  }
}
