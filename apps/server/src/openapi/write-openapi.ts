import 'reflect-metadata';

import { Vault, VaultKeyring } from '@rekomi/vault';
import { readFile, writeFile } from 'node:fs/promises';
import { pino } from 'pino';

import { readSettings } from '../config/read-settings.js';
import { serverSettings } from '../config/settings.js';
import { createApp } from '../create-app.js';
import { createDatabases } from '../server.js';
import { createDocument } from './create-document.js';

const FILE = new URL('../../../../docs/openapi.json', import.meta.url);

/** Nothing is connected: the description follows from the code alone. */
async function describeApi(): Promise<string> {
  const settings = readSettings(serverSettings, {
    DATABASE_URL: 'postgres://nobody@127.0.0.1/none',
    ROLE: 'api',
  });
  const vault = new Vault(VaultKeyring.generate());
  const app = await createApp(
    { settings, vault, databases: createDatabases(settings) },
    pino({ level: 'silent' }),
  );
  return `${JSON.stringify(createDocument(app), null, 2)}\n`;
}

const described = await describeApi();
if (process.argv.includes('--check')) {
  const committed = await readFile(FILE, 'utf8').catch(() => '');
  if (committed !== described) {
    process.stderr.write('docs/openapi.json differs from the code. Run: npm run openapi\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, described);
}
