import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VaultError } from './vault-error.js';
import { VaultKeyring } from './vault-keyring.js';

export interface LoadedKeyFile {
  readonly keyring: VaultKeyring;
  /** The file was missing and has been written with new keys. */
  readonly created: boolean;
  /** Group or others may read the file. Some secret mounts are like that, so it is reported and not refused. */
  readonly readableByOthers: boolean;
}

/**
 * Reads the key file, or creates it (mode 0600, folder 0700) when missing. Of several processes that start at the same
 * time, one creates it and all end up with the same keys; a half-written file is never visible.
 */
export async function loadVaultKeyFile(path: string): Promise<LoadedKeyFile> {
  const existing = await readIfPresent(path);
  if (existing !== undefined) return read(path, existing, false);

  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const created = await publish(path, VaultKeyring.generate());
  const text = await readIfPresent(path);
  if (text === undefined) throw new VaultError('keyring', 'The vault key file vanished while it was read.');
  return read(path, text, created);
}

async function publish(path: string, keyring: VaultKeyring): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${keyring.export()}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // Unlike rename, link does not replace a file that another process has just put there.
    await link(draft, path);
    return true;
  } catch (err) {
    if (isCode(err, 'EEXIST')) return false;
    throw err;
  } finally {
    await rm(draft, { force: true });
  }
}

async function read(path: string, text: string, created: boolean): Promise<LoadedKeyFile> {
  const { mode } = await stat(path);
  const readableByOthers = process.platform !== 'win32' && (mode & 0o044) !== 0;
  return { keyring: VaultKeyring.parse(text), created, readableByOthers };
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (err) {
    if (isCode(err, 'ENOENT')) return undefined;
    throw err;
  }
}

function isCode(err: unknown, code: string): boolean {
  return typeof err === 'object' && err !== null && 'code' in err && err.code === code;
}
