import { stat } from 'node:fs/promises';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runCommand } from './run-command.js';
import type { RunAs } from './run-command.js';

const ACCOUNT = 'rekomi-postgres';
const CREATE_COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ['useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', ACCOUNT]],
  [
    '/usr/sbin/useradd',
    ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', ACCOUNT],
  ],
  // BusyBox
  ['adduser', ['-S', '-D', '-H', '-h', '/nonexistent', ACCOUNT]],
];
/** Accounts that exist on most systems, for machines where none can be created (read-only /etc, no tools). */
const EXISTING_ACCOUNTS = ['postgres', '_postgres', 'nobody'];

/**
 * The account the server runs as. PostgreSQL refuses to run as root, so root hands it to an unprivileged account:
 * the owner of existing data, else our own account (created when missing), else one that every system has.
 * Anyone but root runs the server as themselves (`undefined`).
 */
export async function serviceAccount(dataDirectory: string | null): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = dataDirectory === null ? null : await stat(dataDirectory).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findOrCreateAccount([ACCOUNT], CREATE_COMMANDS, EXISTING_ACCOUNTS);
}

/** @throws EmbeddedPostgresError when there is no account that root may hand the server to. */
export async function findOrCreateAccount(
  own: readonly string[],
  createCommands: readonly (readonly [string, readonly string[]])[],
  existing: readonly string[],
): Promise<RunAs> {
  const found = await firstUsable(own);
  if (found) return found;
  for (const [command, args] of createCommands) {
    if ((await runCommand(command, args)).ok) break;
  }
  const usable = (await firstUsable(own)) ?? (await firstUsable(existing));
  if (usable) return usable;
  throw new EmbeddedPostgresError({
    message: 'PostgreSQL cannot run as root, and no unprivileged account could be found or created for it.',
    fix: `create one (useradd --system ${ACCOUNT}), or start as an ordinary user, or set DATABASE_URL and DATABASE_OWNER_URL.`,
  });
}

async function firstUsable(names: readonly string[]): Promise<RunAs | undefined> {
  for (const name of names) {
    const [uid, gid] = [await numericId('-u', name), await numericId('-g', name)];
    if (uid === null || gid === null || uid === 0) continue;
    // A container may know the account and still not be allowed to become it.
    if ((await runCommand('/bin/sh', ['-c', ':'], { runAs: { uid, gid } })).ok) return { uid, gid };
  }
  return undefined;
}

async function numericId(flag: '-u' | '-g', name: string): Promise<number | null> {
  const answer = await runCommand('id', [flag, name]);
  return answer.ok ? Number(answer.output.trim()) : null;
}
