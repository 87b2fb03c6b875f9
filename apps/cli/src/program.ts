import { Command, Option } from 'commander';

import { connectionsCommand, type ConnectionsOptions } from './connections/connections-command.js';
import { doctorCommand, type DoctorOptions } from './doctor/doctor-command.js';
import { syncCommand, type SyncOptions } from './sync/sync-command.js';
import { whyCommand, type WhyOptions } from './why/why-command.js';

export interface ProgramContext {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Told the exit code of the command that ran. */
  readonly onEnd: (exitCode: number) => void;
}

const WHERE = `
Where the API is: --url, else REKOMI_URL, else what npm start left in the data folder (REKOMI_DATA, .rekomi).
Which key: REKOMI_API_KEY, else the test key that npm start keeps in the data folder.
Exit codes: 0 done, 1 failed or the counts do not add up, 2 wrong usage.`;

export function createProgram({ env, signal, onEnd }: ProgramContext): Command {
  const program = new Command('rekomi')
    .description('Rekomi CRM Sync from the command line.')
    .addHelpText('after', WHERE)
    .showHelpAfterError('(rekomi --help tells more)');
  const url = (): Option => new Option('--url <address>', 'address of the API, without /v1');
  const json = (): Option => new Option('--json', 'print the result as JSON');

  program
    .command('sync')
    .description('take a CSV of affiliates to Customer.io and hold the counts against each other')
    .argument(
      '<file.csv>',
      'UTF-8; a column "email", and if you like name, tier, tags, joined_at, external_id',
    )
    .option('--audience <name or id>', 'segment to put them in (default: Affiliates)')
    .option('--campaign <name>', 'campaign to enrol them in')
    .option('--sandbox', 'use the sandbox even when keys of a real workspace are set')
    .option('--timeout <seconds>', 'how long to watch', '900')
    .option('-y, --yes', 'do not ask before writing to a real workspace')
    .option('-q, --quiet', 'print the result only')
    .addOption(json())
    .addOption(url())
    .addHelpText(
      'after',
      '\nA real workspace is used when CUSTOMERIO_SITE_ID and CUSTOMERIO_TRACK_API_KEY (and CUSTOMERIO_APP_API_KEY, for segments) are set.',
    )
    .action(async (file: string, options: SyncOptions) =>
      onEnd(await syncCommand(file, options, env, signal)),
    );

  program
    .command('why')
    .description('say why somebody is, or is not, in the connected tools')
    .argument('<email>')
    .addOption(json())
    .addOption(url())
    .action(async (email: string, options: WhyOptions) =>
      onEnd(await whyCommand(email, options, env, signal)),
    );

  program
    .command('connections')
    .description('list the connected tools and their state')
    .addOption(json())
    .addOption(url())
    .action(async (options: ConnectionsOptions) => onEnd(await connectionsCommand(options, env, signal)));

  program
    .command('doctor')
    .description('check Node, data folder, API, database and key')
    .addOption(json())
    .addOption(url())
    .action(async (options: DoctorOptions) => onEnd(await doctorCommand(options, env, signal)));

  return program;
}
