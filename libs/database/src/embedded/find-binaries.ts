import path from 'node:path';

import { bundledPackageName, findBundledPackage, prepareBundledBinaries } from './bundled-binaries.js';
import type { BundledPackage } from './bundled-binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { inspectBinaries, OLDEST_MAJOR } from './inspect-binaries.js';
import type { RunAs } from './run-command.js';
import type { RejectedBinaries, ServerBinaries } from './server-binaries.js';
import { serviceFolder } from './service-folder.js';
import { systemBinaryFolders } from './system-binaries.js';

export interface BinarySearch {
  readonly dataFolder: string;
  readonly runAs: RunAs | undefined;
  /** Major version that wrote the existing data; null for a new cluster. Data of one major need that major's server. */
  readonly major: number | null;
  readonly findBundled?: typeof findBundledPackage;
  readonly findSystemFolders?: () => Promise<string[]>;
}

/**
 * The ladder: the programs that came with npm, then those installed on the system.
 * @throws EmbeddedPostgresError naming every place that was tried and the command that installs PostgreSQL
 */
export async function findBinaries(search: BinarySearch): Promise<ServerBinaries> {
  const rejected: RejectedBinaries[] = [];
  const bundled = await bundledBinaries(search);
  const candidates: (() => Promise<ServerBinaries | RejectedBinaries>)[] = [() => Promise.resolve(bundled)];
  for (const folder of await (search.findSystemFolders ?? systemBinaryFolders)()) {
    candidates.push(() => inspectBinaries(folder, 'system', search.runAs));
  }
  for (const candidate of candidates) {
    const answer = await candidate();
    if ('reason' in answer) rejected.push(answer);
    else if (search.major === null || answer.major === search.major) return answer;
    else rejected.push({ where: answer.folder, reason: `is PostgreSQL ${answer.major}` });
  }
  throw nothingUsable(rejected, search.major);
}

async function bundledBinaries(search: BinarySearch): Promise<ServerBinaries | RejectedBinaries> {
  const bundled = await (search.findBundled ?? findBundledPackage)();
  if (!bundled) return { where: bundledPackageName(), reason: 'not installed' };
  try {
    return await inspectBinaries(await prepare(bundled, search), 'bundled', search.runAs);
  } catch (err) {
    return { where: bundled.name, reason: (err as Error).message };
  }
}

async function prepare(bundled: BundledPackage, { runAs, dataFolder }: BinarySearch): Promise<string> {
  if (runAs) return prepareBundledBinaries(bundled, await serviceFolder());
  try {
    return await prepareBundledBinaries(bundled, null);
  } catch {
    // A read-only node_modules (installed by somebody else): links cannot be added there.
    return prepareBundledBinaries(bundled, path.join(dataFolder, 'postgres-binaries'));
  }
}

function nothingUsable(rejected: readonly RejectedBinaries[], major: number | null): EmbeddedPostgresError {
  const tried = rejected.map(({ where, reason }) => `  ${where}: ${reason}`).join('\n');
  const install = `${installLine(major)}   (or: npm install --no-save --include=optional)`;
  if (major === null) {
    return new EmbeddedPostgresError({
      message: `No PostgreSQL server (version ${OLDEST_MAJOR} or newer) can be run here.`,
      detail: tried,
      fix: `${install}; or set DATABASE_URL and DATABASE_OWNER_URL to a PostgreSQL of your own.`,
    });
  }
  return new EmbeddedPostgresError({
    message: `The data were written by PostgreSQL ${major}, and no server of that version can be run here.`,
    detail: tried,
    fix: `${install}; or start over with an empty database: npm start -- --reset`,
  });
}

function installLine(major: number | null): string {
  const version = major ?? 17;
  if (process.platform === 'darwin') return `brew install postgresql@${version}`;
  if (process.platform === 'win32') return `winget install PostgreSQL.PostgreSQL.${version}`;
  const isMusl = !(process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header
    ?.glibcVersionRuntime;
  if (isMusl) return `apk add postgresql${version}`;
  return major === null
    ? 'sudo apt-get install -y postgresql'
    : `sudo apt-get install -y postgresql-${major}`;
}
