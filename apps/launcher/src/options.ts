import path from 'node:path';
import { parseArgs } from 'node:util';

import { LauncherProblem } from './launcher-problem.js';

/** A PostgreSQL of the operator's own. */
export interface ExternalDatabase {
  readonly appUrl: string;
  readonly ownerUrl: string;
}

export interface LauncherOptions {
  readonly dataFolder: string;
  /** Null: the embedded server. */
  readonly database: ExternalDatabase | null;
  readonly withSandbox: boolean;
  /** Asked for by PORT or SANDBOX_PORT; null to choose a free one. */
  readonly apiPort: number | null;
  readonly sandboxPort: number | null;
  /** First start without demo campaigns and affiliates. */
  readonly empty: boolean;
  readonly reset: boolean;
  /** Do not ask before deleting. */
  readonly yes: boolean;
  readonly help: boolean;
}

export const USAGE = `npm start [-- options]

  --empty   first start: an organisation and an API key, without the demo campaigns and affiliates
            (what DATABASE_URL does by itself: a database of your own is not filled with examples)
  --demo    first start: with the demo, also in a database of your own
  --reset   delete everything in the data folder and start over (asks first)
  --yes     do not ask
  --help    this text

  PORT, SANDBOX_PORT                   ports to use; otherwise free ones are chosen and remembered
  REKOMI_DATA                          data folder (default: .rekomi in the project)
  REKOMI_SANDBOX=off                   do not start the sandbox
  DATABASE_URL and DATABASE_OWNER_URL  your own PostgreSQL 14+: the role the product runs as, and the one that migrates
`;

/** @throws LauncherProblem naming the argument or variable that cannot be used */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv, root: string): LauncherOptions {
  const { demo, ...flags } = readFlags(argv);
  const database = readDatabase(env);
  return {
    ...flags,
    database,
    empty: flags.empty || (database !== null && !demo),
    dataFolder: path.resolve(root, env['REKOMI_DATA'] || '.rekomi'),
    withSandbox: env['REKOMI_SANDBOX'] !== 'off',
    apiPort: readPort(env, 'PORT'),
    sandboxPort: readPort(env, 'SANDBOX_PORT'),
  };
}

function readFlags(
  argv: readonly string[],
): Pick<LauncherOptions, 'empty' | 'reset' | 'yes' | 'help'> & { readonly demo: boolean } {
  const off = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        empty: off,
        demo: off,
        reset: off,
        yes: { ...off, short: 'y' },
        help: { ...off, short: 'h' },
      },
    });
    return values;
  } catch (err) {
    throw new LauncherProblem(`${(err as Error).message.split('.')[0]}.\n\n${USAGE}`);
  }
}

function readDatabase(env: NodeJS.ProcessEnv): ExternalDatabase | null {
  const [appUrl, ownerUrl] = [env['DATABASE_URL'], env['DATABASE_OWNER_URL']];
  if (!appUrl && !ownerUrl) return null;
  if (appUrl && ownerUrl) return { appUrl, ownerUrl };
  const missing = appUrl ? 'DATABASE_OWNER_URL' : 'DATABASE_URL';
  throw new LauncherProblem(
    `${missing} is missing. Your own PostgreSQL needs two roles: DATABASE_URL for the product (not a superuser, not the owner), ` +
      'DATABASE_OWNER_URL for migrations. Unset both to use the embedded server.',
  );
}

function readPort(env: NodeJS.ProcessEnv, name: string): number | null {
  const text = env[name];
  if (!text) return null;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new LauncherProblem(`${name}=${text} is not a port number (1 to 65535).`);
}
