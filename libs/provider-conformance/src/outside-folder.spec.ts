import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const command = path.join(root, 'scripts', 'conformance.mjs');
let elsewhere: string;

beforeEach(() => {
  elsewhere = mkdtempSync(path.join(tmpdir(), 'rekomi-conformance-'));
  cpSync(path.join(import.meta.dirname, 'testing', 'plain-post'), path.join(elsewhere, 'plain-post'), {
    recursive: true,
  });
});

afterEach(() => rmSync(elsewhere, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [command, ...args], { cwd: elsewhere, encoding: 'utf8' });

it('examines a folder outside the checkout, writes a report and an archive, and ends with 0', () => {
  const cases = [
    '--case',
    'contact-created',
    '--case',
    'uses-what-it-is-handed',
    '--case',
    'secrets-nowhere',
  ];
  const made = run('plain-post', ...cases, '--report', 'out', '--har', 'all.har');
  expect(made).toMatchObject({ status: 0 });
  expect(made.stdout).toMatch(/plain-post +3 +0 +0 +0/);
  const [report] = JSON.parse(readFileSync(path.join(elsewhere, 'out', 'conformance.json'), 'utf8'));
  expect(report).toMatchObject({ provider: { slug: 'plain-post' }, passed: true });
  expect(existsSync(path.join(elsewhere, 'out', 'conformance.html'))).toBe(true);
  const har = readFileSync(path.join(elsewhere, 'all.har'), 'utf8');
  expect(JSON.parse(har).log.entries.length).toBeGreaterThan(0);
  expect(har).not.toContain('acme-eu-0ddba11c0ffee');
});

it('ends with 1 and the reason when something does not hold', () => {
  const mapping = path.join(elsewhere, 'plain-post', 'plain-post.mapping.ts');
  writeFileSync(mapping, `${readFileSync(mapping, 'utf8')}\nexport const now = Date.now();\n`);
  const made = run('plain-post', '--case', 'uses-what-it-is-handed');
  expect(made).toMatchObject({ status: 1 });
  expect(made.stderr).toContain('plain-post.mapping.ts reads the clock');
});

it.each([
  [['nowhere'], 'There is no folder'],
  [['plain-post', '--case', 'no-such-case'], 'There is no case no-such-case'],
])('ends with 2 when it cannot be run: %j', (args, words) => {
  const made = run(...args);
  expect(made).toMatchObject({ status: 2 });
  expect(made.stderr).toContain(words);
});
