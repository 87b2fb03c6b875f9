#!/usr/bin/env node
/**
 * Makes the folder of a new provider: `npm run new-provider`. What is not said by options is asked for.
 *
 *   npm run new-provider -- --name "Acme Mail" --host api.acme-mail.example --events native --tags native
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

import { Command, Option } from 'commander';
import prettier from 'prettier';

import { monogram } from './monogram.mjs';

const home = join(dirname(fileURLToPath(import.meta.url)), '..');
const templates = join(home, 'scripts', 'new-provider');
const CATEGORIES = ['marketing_automation', 'email', 'crm', 'newsletter', 'messaging', 'commerce'];
const EVENTS = ['native', 'tag', 'attribute', 'none'];
const TAGS = ['native', 'attribute', 'none'];

const QUESTIONS = [
  {
    key: 'name',
    ask: 'What is the vendor called?',
    check: (text) => /\p{L}/u.test(text) || 'A name has letters.',
  },
  { key: 'host', ask: 'Which host does its API have? (api.example.com)', check: isHost },
  { key: 'audience', ask: 'What does it call an audience? (list, segment, tag …)', fallback: 'list' },
  {
    key: 'category',
    ask: `Of which kind is it? (${CATEGORIES.join(', ')})`,
    fallback: 'email',
    among: CATEGORIES,
  },
  {
    key: 'events',
    ask: `How does it record events? (${EVENTS.join(', ')})`,
    fallback: 'native',
    among: EVENTS,
  },
  { key: 'tags', ask: `Has it tags? (${TAGS.join(', ')})`, fallback: 'native', among: TAGS },
];

const command = new Command('new-provider')
  .description('Makes the folder of a new provider; what is not said is asked for.')
  .option('--name <name>', 'the vendor’s name')
  .option('--slug <slug>', 'the folder’s name, for ever; made from the name unless told')
  .option('--host <host>', 'host of its API')
  .option('--audience <word>', 'what it calls an audience, in the singular')
  .addOption(new Option('--category <category>').choices(CATEGORIES))
  .addOption(new Option('--events <how>').choices(EVENTS))
  .addOption(new Option('--tags <how>').choices(TAGS))
  .option('--folder <folder>', 'where to put it; libs/providers unless told')
  .parse();

const answers = await complete(command.opts());
const slug = answers.slug ?? slugOf(answers.name);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug))
  giveUp(`"${slug}" is no slug: small letters, digits and single hyphens.`);
const parent = answers.folder ?? join(home, 'libs', 'providers');
const folder = join(parent, slug);
if (existsSync(folder)) giveUp(`${folder} exists already. Nothing was written.`);

mkdirSync(folder, { recursive: true });
for (const template of readdirSync(templates)) {
  const role = template.replace(/\.txt$/, '');
  const file = join(folder, role === 'guide' ? 'guide.md' : `${slug}.${role}.ts`);
  const text = filled(readFileSync(join(templates, template), 'utf8'), words());
  const options = await prettier.resolveConfig(join(home, 'package.json'));
  writeFileSync(file, await prettier.format(text, { ...options, filepath: file }));
}
writeFileSync(join(folder, 'logo.svg'), monogram(answers.name));

console.log(`${folder} is made. Next:

  node scripts/generate-registry.mjs       the product knows it
  npm run conformance -- ${answers.folder === undefined ? slug : folder}
                                           says what is still to be written
  docs/adding-a-provider.md                says how`);

async function complete(given) {
  const missing = QUESTIONS.filter(({ key }) => given[key] === undefined);
  if (missing.length > 0 && !process.stdin.isTTY) {
    const needed = missing.filter(({ fallback }) => fallback === undefined).map(({ key }) => `--${key}`);
    if (needed.length > 0) giveUp(`Nobody is there to be asked. Say ${needed.join(' and ')}.`);
  }
  const prompt = process.stdin.isTTY
    ? createInterface({ input: process.stdin, output: process.stdout })
    : undefined;
  const all = { ...given };
  for (const question of missing) all[question.key] = await answerTo(question, prompt);
  prompt?.close();
  for (const { key, check = () => true } of QUESTIONS) {
    const verdict = check(all[key]);
    if (verdict !== true) giveUp(`--${key}: ${verdict}`);
  }
  return all;
}

async function answerTo({ ask, fallback, among, check = () => true }, prompt) {
  if (prompt === undefined) return fallback;
  for (;;) {
    const text =
      (await prompt.question(`${ask}${fallback === undefined ? '' : ` [${fallback}]`} `)).trim() || fallback;
    const verdict =
      text === undefined
        ? 'An answer is needed.'
        : among?.includes(text) === false
          ? 'One of these.'
          : check(text);
    if (verdict === true) return text;
    console.log(verdict);
  }
}

function words() {
  const { name, host, audience, category, events, tags } = answers;
  const pascal = slug.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  const substitute = events === 'tag' || events === 'attribute';
  return {
    ...{ name: name.replace(/['\\]/g, '’'), slug, host, audience, category, events, tags, pascal },
    camel: slug.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase()),
    site: host.split('.').slice(-2).join('.'),
    today: new Date().toISOString().slice(0, 10),
    audiences: `${audience}s`,
    aAudience: `${/^[aeiou]/i.test(audience) ? 'an' : 'a'} ${audience}`,
    ambiguousEvents: substitute ? 'send_again' : 'do_not_repeat',
    eventSubstitute: substitute
      ? `\n    eventSubstitute: 'The vendor has no events: each kind of event becomes ${events === 'tag' ? 'a tag' : 'a field'} on the contact.',`
      : '',
  };
}

function filled(text, values) {
  return text.replace(/\{\{(\w+)\}\}/g, (_, key) => values[key]);
}

function slugOf(name) {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function isHost(text) {
  return (
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text) ||
    'A host name without https:// and path, for instance api.example.com.'
  );
}

function giveUp(message) {
  console.error(message);
  process.exit(2);
}
