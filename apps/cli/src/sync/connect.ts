import type { ApiClient } from '../api/api-client.js';
import type { Connection, ConnectionOutcome, Verification } from '../api/answers.js';
import { CliFailure } from '../cli-failure.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Workspace } from './workspace.js';

const PROVIDER = 'customer-io';
const ENDED = new Set(['disconnecting', 'disabled']);

/**
 * The connection to this workspace: the one that exists, verified anew, or a new one.
 *
 * @throws CliFailure when the workspace cannot be written to now
 */
export async function connect(api: ApiClient, workspace: Workspace, terminal: Terminal): Promise<Connection> {
  const existing = await findConnection(api, workspace);
  if (existing === undefined) {
    const created = await api.post<ConnectionOutcome>('connections', {
      provider: PROVIDER,
      environment: workspace.environment,
      credentials: workspace.credentials,
    });
    // The sandbox's keys do not look like real ones, and need not.
    const warnings = workspace.environment === 'live' ? (created.warnings ?? []) : [];
    for (const warning of warnings) terminal.warn(`  Note: ${warning}`);
    describe(created, 'Connected', terminal);
    return created;
  }
  const verified = await api.post<ConnectionOutcome>(`connections/${existing.id}/verify`);
  if (verified.verification !== undefined) requireValid(verified.verification);
  requireRunning(verified);
  describe(verified, 'Connected already, and verified again', terminal);
  return verified;
}

async function findConnection(
  api: ApiClient,
  { environment, credentials }: Workspace,
): Promise<Connection | undefined> {
  for await (const one of api.rows<Connection>('connections')) {
    const same =
      one.provider === PROVIDER &&
      one.environment === environment &&
      one.publicCredentials['siteId'] === credentials.siteId;
    if (same && !ENDED.has(one.state)) return one;
  }
  return undefined;
}

function requireValid(verification: Verification): void {
  if (verification.result === 'valid' || verification.result === 'untestable') return;
  const { reason, vendorMessage } = verification;
  const words = vendorMessage === undefined ? '' : ` The vendor's words: ${vendorMessage}`;
  throw new CliFailure(`${reason?.title ?? 'The workspace could not be verified'}.${words}`, reason?.fix);
}

function requireRunning({ id, label, state, reason, stateDetail }: Connection): void {
  if (state === 'paused') {
    throw new CliFailure(
      `The connection "${label}" is paused, so nothing would be sent.`,
      `Resume it: POST /v1/connections/${id}/resume`,
    );
  }
  if (state === 'auth_error' || state === 'needs_attention') {
    const cause = reason?.title ?? stateDetail ?? state;
    throw new CliFailure(`The connection "${label}" needs attention: ${cause}.`, reason?.fix);
  }
}

function describe(connection: Connection, what: string, terminal: Terminal): void {
  const { label, accountName, accountId, region, checks, rights } = connection;
  const account = accountName ?? accountId;
  const where = [
    account === undefined ? undefined : `account ${account}`,
    region === undefined ? undefined : `region ${region} (found, not asked)`,
  ].filter((part) => part !== undefined);
  terminal.step(`${what}: ${label}${where.length === 0 ? '' : ` - ${where.join(', ')}`}`);
  for (const check of checks) {
    if (check.result === 'valid') continue;
    terminal.warn(
      `  ${check.credentials.join(' + ')}: ${check.detail ?? check.reason?.title ?? check.result}`,
    );
  }
  for (const right of rights) {
    if (!right.granted) terminal.warn(`  Not possible with these keys: ${right.detail ?? right.name}`);
  }
}
