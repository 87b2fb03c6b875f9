import { access, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Folders that may hold PostgreSQL programs: those on the PATH first, then the usual places, newest version first. */
export async function systemBinaryFolders(
  searchPath = process.env['PATH'] ?? '',
  versionedRoots: readonly string[] = ['/usr/lib/postgresql', '/usr/local/lib/postgresql'],
): Promise<string[]> {
  const found: string[] = [];
  for (const folder of searchPath.split(path.delimiter).filter((entry) => path.isAbsolute(entry))) {
    if (await hasServer(folder)) found.push(folder);
  }
  for (const root of versionedRoots) {
    const versions = (await readdir(root).catch(() => [])).filter((name) => /^\d+$/.test(name));
    for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
      const folder = path.join(root, version, 'bin');
      if (await hasServer(folder)) found.push(folder);
    }
  }
  for (const folder of await packagedFolders()) {
    if (await hasServer(folder)) found.push(folder);
  }
  return [...new Set(found)];
}

/** Red Hat: /usr/pgsql-17/bin; Alpine: /usr/libexec/postgresql17; Homebrew: /opt/homebrew/opt/postgresql@17/bin */
async function packagedFolders(): Promise<string[]> {
  const places: [parent: string, name: RegExp, below: string][] = [
    ['/usr', /^pgsql-\d+$/, 'bin'],
    ['/usr/libexec', /^postgresql\d+$/, ''],
    ['/opt/homebrew/opt', /^postgresql@\d+$/, 'bin'],
    ['/usr/local/opt', /^postgresql@\d+$/, 'bin'],
  ];
  const folders: string[] = [];
  for (const [parent, name, below] of places) {
    const names = (await readdir(parent).catch(() => [])).filter((entry) => name.test(entry));
    const newestFirst = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    folders.push(...newestFirst.map((entry) => path.join(parent, entry, below)));
  }
  return folders;
}

function hasServer(folder: string): Promise<boolean> {
  const name = process.platform === 'win32' ? 'postgres.exe' : 'postgres';
  return access(path.join(folder, name)).then(
    () => true,
    () => false,
  );
}
