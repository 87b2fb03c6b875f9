import path from 'node:path';

import { importsOf, isTest, type Import, type SourceFile } from './source-file.js';
import { folderOf, nameOf } from './workspaces.js';

/**
 * Which workspace may import which: the rings of docs/architecture.md. Written down a second time on purpose, apart from
 * eslint.config.mjs, so that neither can be loosened alone.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'provider-contract': [],
  'vendor-emulation': ['provider-contract'],
  providers: ['provider-contract', 'vendor-emulation'],
  'provider-registry': ['provider-contract', 'providers'],
  transport: ['provider-contract'],
  'provider-conformance': ['provider-contract', 'transport', 'vendor-emulation'],
  vault: [],
  database: [],
  http: ['database'],
  mail: ['database'],
  identity: ['database', 'http', 'mail'],
  sync: ['provider-contract', 'database', 'transport', 'vault'],
  programs: ['provider-contract', 'database', 'mail', 'sync'],
  webhooks: ['provider-contract', 'database', 'transport', 'vault', 'sync'],
  launcher: ['database'],
  cli: [],
  sandbox: ['provider-contract', 'provider-registry', 'vendor-emulation'],
  server: [
    ...['provider-contract', 'provider-registry', 'transport', 'vault', 'database', 'http', 'identity'],
    ...['mail', 'sync', 'programs', 'webhooks'],
  ],
};

/** Workspaces with doubles and fixtures that any test may use. */
const TEST_DOORS: ReadonlySet<string> = new Set(['database', 'transport', 'vendor-emulation']);

/** Imports that cross a border they may not cross, or cross it beside the door. */
export function forbiddenImports(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const folder = folderOf(file.path);
    if (folder === undefined) return [];
    return importsOf(file).flatMap((found) => {
      const fault = found.specifier.startsWith('.')
        ? faultOfPath(file, folder, found)
        : faultOfPackage(file, nameOf(folder), found);
      return fault === undefined ? [] : [`${file.path}:${found.line} ${fault}`];
    });
  });
}

function faultOfPath(file: SourceFile, folder: string, { specifier }: Import): string | undefined {
  const target = path.posix.join(path.posix.dirname(file.path), specifier);
  return target.startsWith(`${folder}/`)
    ? undefined
    : `leaves ${folder} by the path ${specifier}; other workspaces are imported by name.`;
}

function faultOfPackage(file: SourceFile, from: string, { specifier }: Import): string | undefined {
  const parts = /^@rekomi\/([^/]+)(?:\/(.+))?$/.exec(specifier);
  if (parts === null) return undefined;
  const [, to = '', door] = parts;
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) return `belongs to ${from}, a workspace that has no place among the rings yet.`;
  const isOwnTestDoor = TEST_DOORS.has(to) && door === 'testing' && isTest(file);
  if (!allowed.includes(to) && !isOwnTestDoor) return `imports ${to}, which ${from} may not know.`;
  if (door === undefined) return to === 'providers' ? 'imports providers without naming one.' : undefined;
  return isOpenDoor(from, to, door) || isOwnTestDoor
    ? undefined
    : `imports ${specifier} past the index of ${to}.`;
}

function isOpenDoor(from: string, to: string, door: string): boolean {
  if (to === 'providers') return from === 'provider-registry' && /^[^/]+\/[^/]+$/.test(door);
  return from === 'sandbox' && to === 'provider-registry' && door === 'emulators';
}
