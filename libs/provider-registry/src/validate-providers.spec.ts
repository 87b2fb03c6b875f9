import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('../../..', import.meta.url));
const script = join(home, 'scripts', 'validate-providers.mjs');
let root: string;
let folder: string;

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--root', root, ...args], {
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

function edit(name: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(folder, name), 'utf8');
  expect(text).toMatch(from);
  writeFileSync(join(folder, name), text.replace(from, to));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'providers-'));
  folder = join(root, 'libs', 'providers', 'customer-io');
  mkdirSync(folder, { recursive: true });
  for (const name of [
    'customer-io.manifest.ts',
    'guide.md',
    'logo.svg',
    'definition.json',
    'customer-io.limits.spec.ts',
  ])
    cpSync(join(home, 'libs/providers/customer-io', name), join(folder, name));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('The validator of providers', () => {
  it('finds a whole provider whole', () => {
    expect(run('--check')).toMatchObject({ status: 0, said: expect.stringContaining('0 fault(s)') });
  });

  it.each([
    ['a section of the guide', 'guide.md', '## Consent', '## About consent', 'no section "Consent"'],
    [
      'a code that does not exist',
      'guide.md',
      '`region_moved`',
      '`region_gone`',
      'region_gone, which is no error code',
    ],
    ['a drawing that runs something', 'logo.svg', '<rect', '<script/><rect', 'plain drawing'],
    [
      'a source of limits',
      'customer-io.manifest.ts',
      /source: 'https[^']+'/,
      "source: 'somebody'",
      'no source',
    ],
    [
      'what is lost without a key',
      'customer-io.manifest.ts',
      'without: WITHOUT_APP_KEY,',
      '',
      'what is lost',
    ],
  ])('names what is wrong with %s', (_, file, from, to, said) => {
    edit(file, from, to);
    expect(run('--check')).toMatchObject({ status: 1, said: expect.stringContaining(said) });
  });

  it('names a file that is missing', () => {
    rmSync(join(folder, 'logo.svg'));
    expect(run('--check').said).toContain('logo.svg is missing');
  });

  it('lets something optional be added once it is written down', () => {
    edit('customer-io.manifest.ts', "name: 'batches'", "name: 'inBatches'");
    edit('definition.json', '"batches"', '"inBatches"');
    edit('customer-io.manifest.ts', "name: 'createdAt'", "name: 'createdAt' as const");
    expect(run('--check').status).toBe(0);
    edit('customer-io.manifest.ts', /choices: \[/, "choices: [{ value: 'new', label: 'New' },");
    expect(run('--check').said).toContain('stale');
    expect(run().status).toBe(0);
    expect(run('--check').status).toBe(0);
  });

  it('refuses a change that breaks stored connections unless a migration comes with it', () => {
    edit('customer-io.manifest.ts', /name: 'siteId'/, "name: 'workspaceId'");
    edit('customer-io.manifest.ts', "account: ['siteId']", "account: ['workspaceId']");
    expect(run()).toMatchObject({ status: 1, said: expect.stringContaining('credential siteId is gone') });
    expect(run('--migration', '1763900000099-rename').said).toContain('no migration called');
    const migrations = join(root, 'libs/database/src/migrations');
    mkdirSync(migrations, { recursive: true });
    writeFileSync(join(migrations, '1763900000099-rename.ts'), '');
    expect(run('--migration', '1763900000099-rename').status).toBe(0);
    expect(run('--check').status).toBe(0);
    expect(readFileSync(join(folder, 'definition.json'), 'utf8')).toContain('1763900000099-rename');
  });

  it('warns 90 days before the vendor ends its API version, and goes on', () => {
    const version = /apiVersion: \{ name: '[^']+' \}/;
    edit('customer-io.manifest.ts', version, "apiVersion: { name: 'v1', sunset: '2030-06-30' }");
    expect(run('--check', '--today', '2030-03-01').said).not.toContain('ends v1');
    const near = run('--check', '--today', '2030-04-15');
    expect(near).toMatchObject({
      status: 0,
      said: expect.stringContaining('ends v1 on 2030-06-30, in 76 days'),
    });
    expect(run('--check', '--today', '2030-07-01').said).toContain('ended v1');
  });
});
