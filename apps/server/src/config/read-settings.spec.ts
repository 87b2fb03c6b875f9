import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { configurationPage } from './configuration-table.js';
import { ConfigurationError } from './configuration-error.js';
import { readSettings } from './read-settings.js';
import { migrationSettings, serverSettings, SETTINGS } from './settings.js';

const DATABASE_URL = 'postgres://app:hidden-password@db.example:5432/rekomi';

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSettings(serverSettings, env);
    return [];
  } catch (err) {
    if (err instanceof ConfigurationError) return err.problems;
    throw err;
  }
};

describe('the settings', () => {
  it('need nothing but a database', () => {
    expect(readSettings(serverSettings, { DATABASE_URL })).toEqual({
      DATABASE_URL,
      REDIS_PREFIX: 'rekomi',
      ROLE: 'all',
      HOST: '127.0.0.1',
      PORT: 3000,
      REKOMI_DATA: '.rekomi',
      TRUST_PROXY: '',
      MAIL_FROM: 'Rekomi CRM Sync <no-reply@localhost>',
      WEBHOOK_ALLOWED_HOSTS: '',
      LOG_LEVEL: 'info',
      DATABASE_POOL_API: 10,
      DATABASE_POOL_ENGINE: 10,
      API_REQUESTS_PER_MINUTE: 600,
      CONNECTION_CHECK_HOURS: 24,
      DOCS_URL: '/problems',
    });
  });

  it('tell everything that is wrong with them at once, without any value', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://app:hidden-password@db/rekomi',
      ROLE: 'both',
      PORT: '70000',
      SANDBOX_URL: 'localhost:4010',
      DATABASE_POOL_ENGINE: 'many',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'DATABASE_URL',
      'ROLE',
      'PORT',
      'SANDBOX_URL',
      'DATABASE_POOL_ENGINE',
    ]);
    expect(problems.join()).not.toMatch(/hidden-password|both|localhost:4010/);
    expect(problems[1]).toBe('ROLE must be one of all, api, worker.');
  });

  it('that are empty count as unset', () => {
    expect(readSettings(serverSettings, { DATABASE_URL, PORT: '', SANDBOX_URL: '' }).PORT).toBe(3000);
    expect(problemsOf({ DATABASE_URL: '' })).toEqual([expect.stringContaining('DATABASE_URL is missing')]);
  });

  it('for migrations are the two logins', () => {
    expect(() => readSettings(migrationSettings, { DATABASE_URL })).toThrow(/DATABASE_OWNER_URL is missing/);
  });
});

describe('a secret from a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rekomi-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read without the line break at its end', () => {
    const file = path.join(folder, 'url');
    writeFileSync(file, `${DATABASE_URL}\n`);
    expect(readSettings(serverSettings, { DATABASE_URL_FILE: file }).DATABASE_URL).toBe(DATABASE_URL);
  });

  it('is refused when the variable is set as well', () => {
    expect(problemsOf({ DATABASE_URL, DATABASE_URL_FILE: '/x' })).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both set. Keep one of them.',
    ]);
  });

  it('that cannot be read is one problem', () => {
    expect(problemsOf({ DATABASE_URL_FILE: path.join(folder, 'missing') })).toEqual([
      expect.stringContaining(
        'DATABASE_URL cannot be read from the file that DATABASE_URL_FILE names (ENOENT)',
      ),
    ]);
  });
});

describe('the page about the configuration', () => {
  it.each(Object.keys(SETTINGS))('explains %s', (name) => {
    expect(configurationPage()).toMatch(new RegExp(`^\\| \`${name}\` +\\| .* \\| \\S.{20,} \\|$`, 'm'));
  });

  it('is the one in docs', () => {
    const committed = new URL('../../../../docs/configuration.md', import.meta.url);
    expect(readFileSync(committed, 'utf8')).toBe(configurationPage());
  });
});
