import { ApiClient } from '../api/api-client.js';
import type { Backlog, Connection } from '../api/answers.js';
import { findInstallation, requireApiKey } from '../installation/installation.js';
import { Terminal } from '../terminal/terminal.js';
import { printable, textTable } from '../terminal/text-table.js';

export interface ConnectionsOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** Lists the connections, what waits, and what to do about those that stand still. */
export async function connectionsCommand(
  options: ConnectionsOptions,
  env: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<number> {
  const installation = findInstallation(env, options.url);
  const api = new ApiClient({ url: installation.url, apiKey: requireApiKey(installation), signal });
  const connections: Connection[] = [];
  for await (const one of api.rows<Connection>('connections')) connections.push(one);
  new Terminal({ json: options.json === true, quiet: false }).result(
    connections,
    connectionsText(connections),
  );
  return 0;
}

function connectionsText(connections: readonly Connection[]): string {
  if (connections.length === 0)
    return 'No tool is connected. Connect one with POST /v1/connections, or with: rekomi sync <file>';
  const table = textTable([
    ['label', 'tool', 'environment', 'region', 'state', 'audience', 'pending', 'held', 'id'],
    ...connections.map((one) => [
      printable(one.label),
      one.provider,
      one.environment,
      one.region ?? '-',
      one.state,
      printable(one.defaultAudienceName ?? one.defaultAudience ?? '-'),
      countText(one.pending),
      countText(one.held),
      one.id,
    ]),
  ]);
  const advice = connections
    .filter(({ reason }) => reason !== undefined)
    .map(
      ({ label, reason }) =>
        `  ${printable(label)}: ${reason?.title ?? ''}. What to do: ${reason?.fix ?? ''}`,
    );
  return [table, ...(advice.length === 0 ? [] : ['', ...advice])].join('\n');
}

function countText({ count, atLeast }: Backlog): string {
  return `${count}${atLeast ? '+' : ''}`;
}
