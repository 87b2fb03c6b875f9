import { ApiClient } from '../api/api-client.js';
import { CliFailure } from '../cli-failure.js';
import { readAffiliatesFile } from '../csv/read-affiliates-file.js';
import { findInstallation, requireApiKey } from '../installation/installation.js';
import { Terminal } from '../terminal/terminal.js';
import { UsageError } from '../usage-error.js';
import { reportText } from './report-text.js';
import { syncFile } from './sync-file.js';
import { chooseWorkspace, type Workspace } from './workspace.js';

export interface SyncOptions {
  readonly url?: string;
  readonly audience?: string;
  readonly campaign?: string;
  readonly sandbox?: boolean;
  readonly timeout: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Campaigns of their own, so that trying it out never adds real people to a real workspace. */
const CAMPAIGNS = { sandbox: 'Example programme', live: 'Example programme (live)' } as const;

/** @returns the exit code: 0 only when the counts add up. */
export async function syncCommand(
  path: string,
  options: SyncOptions,
  env: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<number> {
  const terminal = new Terminal({ json: options.json === true, quiet: options.quiet === true });
  const timeoutMs = readSeconds(options.timeout) * 1000;
  const workspace = chooseWorkspace(env, options.sandbox === true);
  const file = await readAffiliatesFile(path);
  const installation = findInstallation(env, options.url);
  const apiKey = requireApiKey(installation);
  const rowCount = file.rows.length + file.refused.length;
  terminal.step(`File: ${path}, ${rowCount} ${rowCount === 1 ? 'row' : 'rows'}`);
  if (file.ignoredColumns.length > 0) terminal.step(`  Columns left out: ${file.ignoredColumns.join(', ')}`);
  if (workspace.environment === 'live')
    await confirmLive(workspace, file.rows.length, options, terminal, signal);
  else
    terminal.step(
      'Workspace: the sandbox (a real one when CUSTOMERIO_SITE_ID and CUSTOMERIO_TRACK_API_KEY are set)',
    );

  const result = await syncFile(
    new ApiClient({ url: installation.url, apiKey, signal }),
    {
      ...{ path, file, workspace, timeoutMs },
      campaign: options.campaign ?? CAMPAIGNS[workspace.environment],
      audience: options.audience,
      sandboxUrl: installation.sandboxUrl,
    },
    terminal,
    signal,
  );
  terminal.result(result, reportText(result));
  return result.addsUp ? 0 : 1;
}

async function confirmLive(
  { credentials }: Workspace,
  rows: number,
  options: SyncOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  terminal.warn(
    `Workspace: a REAL Customer.io workspace, site id ${credentials.siteId}. Up to ${rows} people will be written there.`,
  );
  if (options.yes === true) return;
  if (!terminal.canAsk)
    throw new UsageError('There is no terminal to ask: add --yes to write to the real workspace.');
  if (!(await terminal.confirm('Go on?', signal))) throw new CliFailure('Nothing was done.');
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new UsageError(`--timeout ${text} is not a number of seconds.`);
}
