import 'reflect-metadata';

import { z } from 'zod';

import { ConfigurationError } from './config/configuration-error.js';
import { readSettings } from './config/read-settings.js';
import { SETTINGS } from './config/settings.js';
import { redactText } from './logging/redaction.js';
import { AccountLinks } from './people/account-links.js';
import { PublicUrl } from './resources/public-url.js';
import { explainStartFailure } from './start-failure.js';

const settings = z.object(SETTINGS).pick({ DATABASE_URL: true, PUBLIC_URL: true, PORT: true });

const USAGE = `One-time links for people who cannot get in by themselves:

  reset ADDRESS       a link to a new password, for 30 minutes
  first-owner         a link for the first owner of an organisation that nobody owns, for 7 days
  organization NAME   a new organisation, and the link for its first owner
`;

/**
 * The operator's command. Its links are secrets: to a program that started it they go over IPC, to a person on the screen,
 * never into a log.
 */
async function run(args: readonly string[]): Promise<void> {
  const [command, ...words] = args;
  const subject = words.join(' ').trim();
  const isComplete = command === 'first-owner' || subject !== '';
  if (!isComplete || !['reset', 'first-owner', 'organization'].includes(command ?? '')) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const { DATABASE_URL, PUBLIC_URL, PORT } = readSettings(settings, process.env);
  const links = await AccountLinks.open(DATABASE_URL, new PublicUrl({ PUBLIC_URL, PORT }));
  try {
    if (command === 'reset')
      await tell(await links.reset(subject), `Nobody has the address ${subject} here.`);
    else if (command === 'first-owner')
      await tell(await links.firstOwner(), 'Every organisation has an owner.');
    else await tell(await links.organization(subject), '');
  } finally {
    await links.close();
  }
}

async function tell(url: string | undefined, otherwise: string): Promise<void> {
  const send = process.send?.bind(process);
  if (send !== undefined) {
    await new Promise((sent) => send({ type: 'account_link', url: url ?? null }, sent));
  } else if (url !== undefined) {
    process.stdout.write(`${url}\n`);
  } else {
    process.stderr.write(`${otherwise}\n`);
    process.exitCode = 1;
  }
}

try {
  await run(process.argv.slice(2));
} catch (err) {
  const words = err instanceof Error ? err.message : String(err);
  const told =
    err instanceof ConfigurationError
      ? words
      : (explainStartFailure(err) ?? `The link could not be made: ${words}`);
  process.stderr.write(`${redactText(told, { addresses: false })}\n`);
  process.exitCode = 1;
}
