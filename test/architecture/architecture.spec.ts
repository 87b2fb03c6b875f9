import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ERROR_CODES } from '@rekomi/provider-contract';

import { contractImports } from './contract-purity.js';
import { undocumentedCodes } from './error-pages.js';
import { badNames, oversizedFiles } from './files.js';
import { guaranteesOf, unprovenGuarantees } from './guarantees.js';
import { disagreeingManifests, forgottenWorkspaces, undeclaredPackages } from './manifests.js';
import { impureProviders, slugsOf } from './provider-purity.js';
import { forbiddenImports } from './ring-imports.js';
import { readSources, type SourceFile } from './source-file.js';
import { engineNamesVendors } from './vendor-names.js';
import { readRootManifest, readWorkspaces, type Workspace } from './workspaces.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const sources = readSources(root);
const workspaces = readWorkspaces(root);
const rootManifest = readRootManifest(root);

/** One planted source, or a few under different paths. */
const planted = (...files: readonly (readonly [path: string, text: string])[]): readonly SourceFile[] =>
  files.map(([at, text]) => ({ path: at, text }));

test('The sources of every workspace are read, so that no check below passes for want of files', () => {
  expect(workspaces.length).toBeGreaterThanOrEqual(13);
  expect(sources.length).toBeGreaterThan(200);
  const silent = workspaces.filter(
    ({ folder }) => !sources.some((file) => file.path.startsWith(`${folder}/`)),
  );
  expect(silent.map(({ folder }) => folder)).toEqual([]);
});

describe('Imports between the rings', () => {
  test.each([
    ['libs/sync/src/a.ts', `import { x } from '@rekomi/programs';`],
    ['libs/sync/src/a.ts', `import type { X } from '@rekomi/provider-registry';`],
    ['libs/sync/src/a.ts', `export * from '@rekomi/providers/acme-mail/acme-mail.module';`],
    ['libs/vault/src/a.ts', `const later = import('@rekomi/database');`],
    ['libs/vault/src/a.ts', `let x: import('@rekomi/transport').VendorTransport;`],
    ['libs/http/src/a.spec.ts', `import { x } from '@rekomi/identity';`],
    ['apps/sandbox/src/a.ts', `import { x } from '@rekomi/sync';`],
    ['apps/server/src/a.ts', `import { x } from '@rekomi/providers/acme-mail/acme-mail.module';`],
    ['libs/brand-new/src/a.ts', `import { x } from '@rekomi/database';`],
  ])('An import against the arrows is found: %s: %s', (at, text) => {
    expect(forbiddenImports(planted([at, text]))).toHaveLength(1);
  });

  test.each([
    ['libs/sync/src/a.ts', `import { x } from '@rekomi/vault/src/vault.js';`],
    ['libs/sync/src/a.ts', `import { x } from '../../vault/src/vault.js';`],
    ['libs/sync/src/a.ts', `import { x } from '@rekomi/database/testing';`],
    ['apps/server/src/a.ts', `import { x } from '@rekomi/provider-registry/emulators';`],
    ['libs/provider-registry/src/a.ts', `import { x } from '@rekomi/providers/acme-mail/deep/inside';`],
  ])('An import that goes round the index of a workspace is found: %s: %s', (at, text) => {
    expect(forbiddenImports(planted([at, text]))).toHaveLength(1);
  });

  test('Imports along the arrows and through the open doors pass', () => {
    const fine = planted(
      [
        'libs/sync/src/a/b.ts',
        `import { x } from '@rekomi/vault'; import y from '../c.js'; import 'bullmq';`,
      ],
      ['libs/sync/src/a.spec.ts', `import { x } from '@rekomi/database/testing';`],
      ['apps/sandbox/src/a.ts', `import { x } from '@rekomi/provider-registry/emulators';`],
      ['libs/provider-registry/src/a.ts', `import { x } from '@rekomi/providers/acme/acme.module';`],
    );
    expect(forbiddenImports(fine)).toEqual([]);
  });

  test('No workspace imports what it may not know', () => {
    expect(forbiddenImports(sources)).toEqual([]);
  });
});

describe('Providers', () => {
  const provider = 'libs/providers/acme-mail/acme-mail.provider.ts';

  test.each([
    [`const answer = await fetch('https://example.org');`, 'uses fetch'],
    [`import axios from 'axios';`, 'imports axios'],
    [`import { request } from 'node:https';`, 'imports node:https'],
    [`import { x } from '@rekomi/sync';`, 'imports @rekomi/sync'],
    [`import { x } from '../other-crm/mapping.js';`, 'imports ../other-crm/mapping.js'],
    [`setTimeout(() => undefined, 1);`, 'uses setTimeout'],
    [`const key = process.env['KEY'];`, 'uses process'],
    [`console.log('hello');`, 'uses console'],
    [`const started = performance.now();`, 'uses performance'],
    [`const now = Date.now();`, 'reads the clock'],
    [`const now = new Date();`, 'reads the clock'],
    [`const now = Date();`, 'reads the clock'],
    [`let calls = 0;`, 'module-level variable'],
    [`const seen = new Map<string, string>();`, 'keeps seen at module level'],
    [`const seen: Set<string> = new Set();`, 'keeps seen at module level'],
    [`export const queue: string[] = [];`, 'keeps queue at module level'],
    [`const queue = [];`, 'keeps queue at module level'],
    [`class Acme { static calls = 0; }`, 'static member'],
    [`function f() { try { g(); } catch (err) { return err; } }`, 'catches'],
    [`const answer = await ask().catch(() => undefined);`, 'catches'],
    [`// As OtherCRM does it.`, 'names other-crm'],
    [`const other = 'otherCrm';`, 'names other-crm'],
  ])('A provider that reaches beyond what it is handed is found: %s', (text, fault) => {
    const files = planted([provider, text], ['libs/providers/other-crm/other-crm.manifest.ts', '']);
    expect(impureProviders(files)).toContainEqual(expect.stringContaining(fault));
  });

  test('A provider that works with what it is handed passes', () => {
    const text = `
      import { Injectable } from '@nestjs/common';
      import type { ProviderAccess } from '@rekomi/provider-contract';
      import { map } from './acme-mail.mapping.js';
      type Pairs = readonly (readonly [string, string])[];
      const PAIRS: Pairs = [['a', 'b']];
      const NAMES: ReadonlySet<string> = new Set(['a']);
      const KEYS = ['a', 'b'] as const;
      const at = (access: ProviderAccess) => new Date(access.now());
      const report = { process: 'import', fetch: true };
      export const told = report.process;`;
    expect(impureProviders(planted([provider, text]))).toEqual([]);
  });

  test('An emulator may catch, because a vendor survives a malformed body, and nothing more', () => {
    const emulator = 'libs/providers/acme-mail/acme-mail.emulator-parsing.ts';
    const parses =
      'function f(text: string) { try { return JSON.parse(text); } catch { return undefined; } }';
    expect(impureProviders(planted([emulator, parses]))).toEqual([]);
    expect(impureProviders(planted([emulator, 'const now = Date.now();']))).toHaveLength(1);
  });

  test('No provider of ours reaches beyond what it is handed', () => {
    expect(slugsOf(sources)).toContain('customer-io');
    expect(impureProviders(sources)).toEqual([]);
  });
});

describe('The engine', () => {
  test.each([
    [`if (connection.provider === 'acme-mail') return;`],
    ['// Acme Mail answers late.'],
    ['const acmeMailLimits = 5;'],
    [`const slug = "drip";`],
    ['new DripProvider();'],
  ])('A vendor named in the engine is found: %s', (text) => {
    const files = planted(['libs/sync/src/engine/a.ts', text]);
    expect(engineNamesVendors(files, ['acme-mail', 'drip'])).toHaveLength(1);
  });

  test('A word that happens to be the name of a vendor passes', () => {
    const files = planted(['libs/sync/src/engine/a.ts', '// Requests drip out; close() ends it.']);
    expect(engineNamesVendors(files, ['close', 'drip'])).toEqual([]);
  });

  test('The engine names no vendor, not even in a comment or a test', () => {
    expect(engineNamesVendors(sources, slugsOf(sources))).toEqual([]);
  });
});

describe('The provider contract', () => {
  test.each([
    [`import { Injectable } from '@nestjs/common';`],
    [`import { x } from '@rekomi/database';`],
    [`import { readFile } from 'node:fs/promises';`],
    [`import { request } from 'undici';`],
  ])('An import into the contract is found: %s', (text) => {
    expect(contractImports(planted(['libs/provider-contract/src/a.ts', text]))).toHaveLength(1);
  });

  test('The contract imports nothing but itself', () => {
    expect(contractImports(sources)).toEqual([]);
  });
});

describe('Manifests', () => {
  const sync: Workspace = {
    name: 'sync',
    folder: 'libs/sync',
    dependencies: ['vault'],
    references: ['vault'],
  };
  const usesVault = ['libs/sync/src/a.ts', `import { x } from '@rekomi/vault';`] as const;

  test('A workspace that is imported without being declared is found', () => {
    const files = planted(usesVault, ['libs/sync/src/b.ts', `import { x } from '@rekomi/transport';`]);
    expect(disagreeingManifests([sync], files)).toEqual([
      'libs/sync/package.json lacks @rekomi/transport.',
      'libs/sync/tsconfig.build.json lacks a reference to transport.',
    ]);
  });

  test('A workspace that is declared without being imported is found', () => {
    expect(disagreeingManifests([sync], [])).toEqual(['libs/sync/package.json names @rekomi/vault in vain.']);
  });

  test('A reference that package.json does not know is found', () => {
    const files = planted(usesVault);
    const spare = { ...sync, references: ['vault', 'database'] };
    expect(disagreeingManifests([spare], files)).toEqual([
      'libs/sync/tsconfig.build.json refers to database, package.json does not.',
    ]);
  });

  test('A workspace that the build or the Nest command line forgets is found', () => {
    expect(forgottenWorkspaces([sync], { built: ['libs/vault'], projects: ['libs/sync'] })).toEqual([
      'tsconfig.build.json lacks libs/sync.',
    ]);
    expect(forgottenWorkspaces([sync], { built: ['libs/sync'], projects: [] })).toEqual([
      'nest-cli.json lacks libs/sync.',
    ]);
  });

  test('A package that only a development installation has is found in product code, not in tests', () => {
    const text = `import fc from 'fast-check'; import { x } from '@nestjs/common/y'; import 'node:fs';`;
    const files = planted(['libs/sync/src/a.ts', text], ['libs/sync/src/a.spec.ts', text]);
    expect(undeclaredPackages(files, { dependencies: ['@nestjs/common'] })).toEqual([
      'libs/sync/src/a.ts:1 imports fast-check, not a dependency.',
    ]);
  });

  test('package.json, project references and imports of every workspace agree', () => {
    expect(disagreeingManifests(workspaces, sources)).toEqual([]);
  });

  test('Every workspace is built and known to the Nest command line', () => {
    expect(forgottenWorkspaces(workspaces, rootManifest)).toEqual([]);
  });

  test('Everything the product imports is a dependency of the product', () => {
    expect(undeclaredPackages(sources, rootManifest)).toEqual([]);
  });
});

describe('Files', () => {
  test.each([
    ['libs/sync/src/utils.ts'],
    ['libs/sync/src/helpers/a.ts'],
    ['libs/sync/src/common/a.ts'],
    ['libs/sync/src/lane-manager.ts'],
    ['libs/sync/src/laneRun.ts'],
  ])('A name that says nothing, or is spelled unlike the others, is found: %s', (at) => {
    expect(badNames(planted([at, '']))).toHaveLength(1);
  });

  test('A source of more than 400 lines is found, a long test is not', () => {
    const long = 'x;\n'.repeat(401);
    expect(oversizedFiles(planted(['libs/a/src/b.ts', long], ['libs/a/src/b.spec.ts', long]))).toEqual([
      'libs/a/src/b.ts has 401 lines; at most 400.',
    ]);
    expect(oversizedFiles(planted(['libs/a/src/b.ts', 'x;\n'.repeat(400)]))).toEqual([]);
  });

  test('Every file says in its name what it holds', () => {
    expect(badNames(sources)).toEqual([]);
  });

  test('No source is longer than 400 lines', () => {
    expect(oversizedFiles(sources)).toEqual([]);
  });
});

describe('Documents', () => {
  test('A code without a heading in the error page is found', () => {
    const page = '# Error codes\n\n## vendor_timeout\n\nText about vendor_cut.\n';
    expect(undocumentedCodes(['vendor_timeout', 'vendor_cut'], page)).toEqual(['vendor_cut']);
  });

  test('Every error code is explained under a heading of its own', () => {
    const page = readFileSync(path.join(root, 'docs', 'errors.md'), 'utf8');
    expect(undocumentedCodes(Object.keys(ERROR_CODES), page)).toEqual([]);
  });

  test('What is written into the documents from the code is current', () => {
    const script = path.join(root, 'scripts', 'generate-docs.mjs');
    const run = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(`${run.stdout}${run.stderr}`).toContain('up to date');
    expect(run.status).toBe(0);
  });
});

describe('The statement of guarantees', () => {
  const page = readFileSync(path.join(root, 'docs', 'guarantees.md'), 'utf8');
  const read = (file: string): string | undefined =>
    existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), 'utf8') : undefined;

  test('A promise without a test, a test that is gone, and a word that nobody can keep are found', () => {
    const there = (file: string): string | undefined => (file === 'a.spec.ts' ? "it('holds')" : undefined);
    expect(unprovenGuarantees('- Kept. [proof](../a.spec.ts "holds")', there)).toEqual([]);
    for (const broken of [
      '- Just said.',
      '- Kept. [proof](../a.spec.ts "holds no more")',
      '- Kept. [proof](../b.spec.ts "holds")',
      '- Done exactly once. [proof](../a.spec.ts "holds")',
    ])
      expect(unprovenGuarantees(broken, there)).toHaveLength(1);
  });

  test('Every promise names tests that exist', () => {
    expect(guaranteesOf(page).length).toBeGreaterThanOrEqual(30);
    expect(unprovenGuarantees(page, read)).toEqual([]);
  });
});
