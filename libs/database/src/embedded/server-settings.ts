import { chown, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { RunAs } from './run-command.js';

export const SETTINGS_FILE = 'rekomi.conf';

export interface ServerSettings {
  readonly port: number;
  /** False trades crash safety for speed: for data that can be made again (tests). */
  readonly durable: boolean;
}

export async function writeServerSettings(
  dataDirectory: string,
  settings: ServerSettings,
  runAs: RunAs | undefined,
): Promise<void> {
  const file = path.join(dataDirectory, SETTINGS_FILE);
  await writeFile(file, settingsText(settings), { mode: 0o600 });
  if (runAs) await chown(file, runAs.uid, runAs.gid);
}

export function settingsText({ port, durable }: ServerSettings): string {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: 100,
    shared_buffers: '64MB',
    work_mem: '4MB',
    maintenance_work_mem: '64MB',
    effective_cache_size: '512MB',
    max_wal_size: '512MB',
    jit: 'off',
    idle_in_transaction_session_timeout: '60s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // Statements and the DETAIL of a violated constraint contain people's addresses: neither belongs in a log file.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
  };
  const lines = Object.entries(values).map(([name, value]) => `${name} = '${value}'`);
  return `# Written at every start; changes here are lost.\n${lines.join('\n')}\n`;
}
