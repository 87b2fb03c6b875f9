import { chmod, lstat, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const NAME = 'rekomi-postgres';

/**
 * A folder that root owns and every account may enter: the place for what the service account must reach when the
 * project itself lies in a private folder such as /root. Survives a restart of the machine wherever the system
 * offers such a place.
 */
export async function serviceFolder(
  parents: readonly string[] = ['/var/lib', '/var/tmp', os.tmpdir()],
): Promise<string> {
  const reasons: string[] = [];
  for (const parent of parents) {
    const folder = path.join(parent, NAME);
    const problem = await prepare(folder);
    if (problem === null) return folder;
    reasons.push(`${folder}: ${problem}`);
  }
  throw new EmbeddedPostgresError({
    message: 'There is no folder that both root and the account of the database server can use.',
    detail: reasons.join('\n'),
    fix: 'set REKOMI_DATA to a folder that every account may enter (mode 0755), for example /srv/rekomi.',
  });
}

async function prepare(folder: string): Promise<string | null> {
  try {
    await mkdir(folder, { mode: 0o755 });
    await chmod(folder, 0o755);
    return null;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'EEXIST') return (err as Error).message;
  }
  // In a shared parent (/var/tmp) anybody could have put a folder of this name there.
  const info = await lstat(folder);
  if (!info.isDirectory()) return 'not a folder';
  if (info.uid !== process.getuid?.()) return 'belongs to another user';
  return (info.mode & 0o022) === 0 ? null : 'can be written to by others';
}
