import type { ApiClient } from '../api/api-client.js';
import type { Totals } from '../api/answers.js';
import type { AffiliatesFile } from '../csv/read-affiliates-file.js';
import type { Terminal } from '../terminal/terminal.js';
import { account } from './account.js';
import { approve, type Person } from './approve.js';
import { chooseAudience } from './choose-audience.js';
import { chooseCampaign, sendTo } from './choose-campaign.js';
import { connect } from './connect.js';
import { APPROVED_EVENT, areSettled, readStandings, type Standings } from './read-standings.js';
import { readSandbox, type SandboxReading } from './sandbox-profiles.js';
import type { SyncResult } from './sync-result.js';
import { takeIn } from './take-in.js';
import { watch, type WatchEnd } from './watch.js';
import type { Workspace } from './workspace.js';

export interface SyncWish {
  readonly path: string;
  readonly file: AffiliatesFile;
  readonly workspace: Workspace;
  readonly campaign: string;
  /** Name or id; undefined takes the usual one. */
  readonly audience: string | undefined;
  readonly sandboxUrl: string | undefined;
  readonly timeoutMs: number;
}

/** Asking takes a request per two hundred of them. */
const FEW_ENOUGH_TO_ASK = 1000;

/** The product's main job on a file: connect, take in, approve, watch, and hold the counts against each other. */
export async function syncFile(
  api: ApiClient,
  wish: SyncWish,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SyncResult> {
  const { file, workspace } = wish;
  const connection = await connect(api, workspace, terminal);
  const audience = await chooseAudience(api, connection, wish.audience, terminal);
  const campaign = await chooseCampaign(api, wish.campaign, terminal);
  const before = await api.get<Totals>(`connections/${connection.id}/totals`);
  const directed = await sendTo(api, campaign, connection, {
    chosen: audience,
    askedFor: wish.audience !== undefined,
  });

  const taken = await takeIn(api, campaign, file.rows);
  const refusedRows = [...file.refused, ...taken.refused].sort((one, other) => one.line - other.line);
  const approval = await approve(api, campaign, taken.affiliateIds);
  terminal.step(`Approved: ${approval.approved.length}, ${approval.approvedNow} of them just now`);

  const ids = approval.approved.map((person) => person.affiliateId);
  const ourselvesSettled = async (): Promise<boolean> =>
    ids.length <= FEW_ENOUGH_TO_ASK && areSettled(await readStandings(api, connection.id, ids), ids);
  const watching = {
    connectionId: connection.id,
    before,
    timeoutMs: wish.timeoutMs,
    signal,
    ourselvesSettled,
  };
  const end = await watch(api, watching, terminal.progress());
  const standings = await readStandings(api, connection.id, ids);
  const sandbox = await readBack(wish, approval.approved, standings, signal);
  const counts = {
    rows: file.rows.length + file.refused.length,
    people: taken.affiliateIds.length,
    duplicates: taken.duplicates,
  };
  const accounted = account({
    ...counts,
    refused: refusedRows,
    leftRejected: approval.leftRejected,
    contacts: approval.approved.map((one) => ({ ...one, ...standings.contacts.of(one.affiliateId) })),
    events: approval.approved.map((one) => ({ ...one, ...standings.events.of(one.affiliateId) })),
    landed: sandbox,
  });
  const note = noteOf(end, wish);
  return {
    file: wish.path,
    environment: workspace.environment,
    connection: { id: connection.id, label: connection.label, region: connection.region ?? null },
    campaign: { id: campaign.id, name: campaign.name },
    audience: audience ?? null,
    ...counts,
    created: taken.created,
    updated: taken.updated,
    refusedRows,
    approved: {
      total: approval.approved.length,
      now: approval.approvedNow,
      leftRejected: approval.leftRejected,
    },
    eventName: APPROVED_EVENT,
    contacts: accounted.contactGroups,
    events: accounted.eventGroups,
    ...(sandbox === undefined ? {} : { sandbox }),
    addsUp: accounted.addsUp,
    mismatches: accounted.mismatches,
    changedNothing: !directed && taken.created + taken.updated + approval.approvedNow === 0,
    ...(note === undefined ? {} : { note }),
  };
}

function readBack(
  { workspace, sandboxUrl }: SyncWish,
  approved: readonly Person[],
  standings: Standings,
  signal: AbortSignal,
): Promise<SandboxReading> | undefined {
  if (workspace.environment === 'live' || sandboxUrl === undefined) return undefined;
  const addresses = (of: (id: string) => { readonly state: string }): readonly string[] =>
    approved.filter(({ affiliateId }) => of(affiliateId).state === 'delivered').map(({ email }) => email);
  const expected = {
    siteId: workspace.credentials.siteId,
    people: addresses((id) => standings.contacts.of(id)),
    eventsOf: addresses((id) => standings.events.of(id)),
  };
  return readSandbox(sandboxUrl, expected, signal);
}

function noteOf(end: WatchEnd, { workspace, sandboxUrl }: SyncWish): string | undefined {
  if (end.kind === 'timeout')
    return 'The time to watch is over. Run the command again to see how it goes on.';
  if (end.kind === 'stopped') return `The connection stands still (${end.state}). ${end.why}`.trimEnd();
  if (workspace.environment === 'sandbox' && sandboxUrl === undefined) {
    return 'The profiles were not read back: set SANDBOX_URL to the address of the sandbox.';
  }
  return undefined;
}
