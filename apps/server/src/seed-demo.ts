import 'reflect-metadata';

import { z } from 'zod';

import { ConfigurationError } from './config/configuration-error.js';
import { readSettings } from './config/read-settings.js';
import { SETTINGS } from './config/settings.js';
import { DemoApi } from './demo/demo-api.js';
import { openDemoOrganization } from './demo/demo-organization.js';
import { DemoSandbox } from './demo/demo-sandbox.js';
import { seedProgramme } from './demo/seed-programme.js';
import { redactText } from './logging/redaction.js';
import { explainStartFailure } from './start-failure.js';

const settings = z.object(SETTINGS).pick({ DATABASE_URL: true, SANDBOX_URL: true });

/**
 * Fills an installation at its first start: an organisation and a test key, then, without `--empty`, the demo. The key
 * leaves this process over IPC only.
 */
async function seed(empty: boolean): Promise<void> {
  const send = process.send?.bind(process);
  // Without anybody to hear the key it would be lost.
  if (send === undefined) throw new ConfigurationError(['This program is started by npm start.']);
  const { DATABASE_URL, SANDBOX_URL } = readSettings(settings, process.env);
  const apiUrl = process.env['API_URL'];
  if (!apiUrl)
    throw new ConfigurationError(['API_URL is missing. Set it to the address of the running server.']);
  const { apiKey, created } = await openDemoOrganization(DATABASE_URL);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  print(created ? 'Created the organisation Demo.' : 'The organisation Demo is there; it got a new key.');
  if (!empty && SANDBOX_URL === undefined) print('No demo: it needs the sandbox.');
  if (!empty && SANDBOX_URL !== undefined)
    print(await seedProgramme(new DemoApi(apiUrl, apiKey), new DemoSandbox(SANDBOX_URL), new Date()));
  await new Promise((sent) => send({ type: 'seeded', apiKey }, sent));
}

try {
  await seed(process.argv.includes('--empty'));
} catch (err) {
  const words = err instanceof Error ? err.message : String(err);
  const told = explainStartFailure(err) ?? `The demo data could not be created: ${words}`;
  process.stderr.write(`${redactText(told, { addresses: false })}\n`);
  process.exitCode = 1;
}
