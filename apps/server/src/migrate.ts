import 'reflect-metadata';

import { migrate } from '@rekomi/database';

import { readSettings } from './config/read-settings.js';
import { migrationSettings } from './config/settings.js';
import { redactText } from './logging/redaction.js';
import { explainStartFailure } from './start-failure.js';

try {
  const { DATABASE_OWNER_URL, DATABASE_URL } = readSettings(migrationSettings, process.env);
  const ran = await migrate(DATABASE_OWNER_URL, DATABASE_URL);
  const told = ran.length === 0 ? 'The schema is up to date.' : `Migrations applied: ${ran.join(', ')}.`;
  process.stdout.write(`${told}\n`);
} catch (err) {
  const words = err instanceof Error ? err.message : String(err);
  const told =
    explainStartFailure(err) ?? `The migrations failed and were undone: ${words}. See the database's log.`;
  process.stderr.write(`${redactText(told, { addresses: false })}\n`);
  process.exitCode = 1;
}
