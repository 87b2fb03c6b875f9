import type { Tenancy } from '@rekomi/database';
import type { CrmProvider, ErrorCode, ProviderManifest, SettingValue } from '@rekomi/provider-contract';
import type { CredentialSource, PaceGate, VendorTransport } from '@rekomi/transport';
import type { EntityManager } from 'typeorm';

import { AttendedPace } from '../connections/attended-pace.js';
import type { ProviderLookup } from '../connections/connection-parts.js';
import { closedProblem, denied, granted, type ConnectionResult } from '../connections/connection-problem.js';
import { contain, type ReportFault } from '../containment/contained-provider.js';
import { desiredFingerprint } from '../core/fingerprint.js';
import type { ActiveConnection, ConnectionKeeper } from '../engine/connection.js';
import type { ConnectionPeople, Desired, DesiredState, MembershipReader } from '../ports.js';
import { readLedger, type KnownContacts } from '../sql/claim.js';
import { countPeople, drawPeople, latestPeople, type Counted } from './preview-statements.js';
import { PreviewedVendor } from './previewed-vendor.js';
import type { PreviewReport } from './preview.js';
import { previewRun, previewedPerson } from './previewed-person.js';

/** People who are shown in full. */
export const MOST_PREVIEWED = 5;
/** People who are compared with what was last written; more are projected. */
const MOST_COMPARED = 5_000;
/** New people who are held against the rules that need no vendor. */
const MOST_CHECKED = 100;
/** All questions to the vendor together. */
const PATIENCE_MS = 60_000;

export interface PreviewParts {
  readonly tenancy: Tenancy;
  readonly providers: ProviderLookup;
  readonly connections: Pick<ConnectionKeeper, 'load'>;
  readonly desiredState: DesiredState;
  readonly people: ConnectionPeople;
  readonly memberships: MembershipReader;
  readonly openCredentials: (connection: ActiveConnection) => CredentialSource;
  readonly transport: Pick<VendorTransport, 'open'>;
  readonly onProviderFault: ReportFault;
  readonly random: () => number;
  /** Milliseconds since 1970; the system's clock unless told. */
  readonly now?: () => number;
  /** Waits for the vendor's pace; the system's timer unless told. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

interface Key {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** Everything that the database knows, read in one transaction. */
interface Ground {
  readonly connection: ActiveConnection;
  readonly counted: Counted;
  readonly compared: { readonly people: number; readonly changed: number };
  readonly shown: readonly { readonly contactId: string; readonly email: string }[];
  readonly sampled: readonly string[];
  readonly desired: ReadonlyMap<string, Desired>;
  readonly known: KnownContacts;
}

/**
 * Shows what a connection would send, by the code that sends, before it does. Nothing is written at the vendor, and nothing
 * in the ledger or the lanes. Destinations that are switched off count as if they were switched on.
 */
export class PreviewService {
  private readonly pace: AttendedPace;

  constructor(private readonly parts: PreviewParts) {
    const { now = Date.now } = parts;
    const sleep =
      parts.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    this.pace = new AttendedPace({ now, sleep });
  }

  /** @param contactIds whom to show; those who were approved last unless told. */
  async preview(key: Key, contactIds?: readonly string[]): Promise<ConnectionResult<PreviewReport>> {
    const ground = await this.parts.tenancy.run(key.organizationId, (tx) => this.#read(tx, key, contactIds));
    if (!ground.ok) return ground;
    const { connection } = ground.value;
    const stored = this.parts.providers.get(connection.provider);
    if (stored === undefined) return denied({ reason: 'provider_unknown', provider: connection.provider });
    const provider = contain(stored, { report: this.parts.onProviderFault });
    return granted({
      people: await this.#show(ground.value, provider),
      ...projected(ground.value.counted, ground.value.compared),
      checked: await this.#check(ground.value, provider),
      ...bulkFrom(provider.manifest, connection.settings),
    });
  }

  async #read(
    tx: EntityManager,
    key: Key,
    named: readonly string[] | undefined,
  ): Promise<ConnectionResult<Ground>> {
    const { connections, desiredState, people } = this.parts;
    const connection = await connections.load(tx, key.connectionId);
    if (connection === undefined) return denied({ reason: 'not_found' });
    if (connection.sealedCredentials === undefined || connection.state === 'disconnecting')
      return closedProblem(connection.state);
    const ids = named ?? (await latestPeople(tx, key, people.sql, MOST_PREVIEWED));
    const shown = await this.#named(tx, key.organizationId, ids);
    if (!shown.ok) return shown;
    const counted = await countPeople(tx, key, people.sql);
    const sampled = await drawPeople(tx, key, people.sql, { part: 'new', most: MOST_CHECKED });
    const both = [...new Set([...ids, ...sampled])];
    const desired = await desiredState.read(tx, connection, both, 'switched_on');
    const known = await readLedger(tx, key, both);
    const compared = await this.#compare(tx, key, connection);
    return granted({ connection, counted, compared, shown: shown.value, sampled, desired, known });
  }

  async #named(
    tx: EntityManager,
    organizationId: string,
    ids: readonly string[],
  ): Promise<ConnectionResult<Ground['shown']>> {
    const found: { contactId: string; email: string }[] = [];
    for (const [index, contactId] of ids.entries()) {
      const person = await this.parts.memberships.read(tx, organizationId, contactId);
      if (person === undefined) {
        const detail = `There is no affiliate ${contactId}.`;
        const errors = [{ pointer: `#/affiliateIds/${index}`, code: 'not_found', detail }];
        return denied({ reason: 'invalid', errors });
      }
      found.push({ contactId, email: person.email });
    }
    return granted(found);
  }

  async #compare(tx: EntityManager, key: Key, connection: ActiveConnection): Promise<Ground['compared']> {
    const { people, desiredState } = this.parts;
    const ids = await drawPeople(tx, key, people.sql, { part: 'there', most: MOST_COMPARED });
    const desired = await desiredState.read(tx, connection, ids, 'switched_on');
    const { ledger } = await readLedger(tx, key, ids);
    const changed = ids.filter((id) => {
      const wanted = desired.get(id);
      const fingerprint =
        wanted?.kind === 'present' ? desiredFingerprint(wanted.contact, connection.configVersion) : undefined;
      const entry = ledger.get(id);
      return entry?.present !== true || entry.writtenFingerprint !== fingerprint;
    });
    return { people: ids.length, changed: changed.length };
  }

  async #show(ground: Ground, provider: CrmProvider): Promise<PreviewReport['people']> {
    const vendor = this.#vendor(ground, provider, 'reads');
    const people: PreviewReport['people'][number][] = [];
    for (const { contactId, email } of ground.shown) {
      const run = this.#run(ground, provider, contactId);
      people.push(previewedPerson({ contactId, email, ...ground }, await vendor.work(run)));
    }
    return people;
  }

  /** Without any request: what a provider refuses now, it refuses by rules of its own. */
  async #check(ground: Ground, provider: CrmProvider): Promise<PreviewReport['checked']> {
    const vendor = this.#vendor(ground, provider, 'nothing');
    const byCode = new Map<ErrorCode, number>();
    for (const contactId of ground.sampled) {
      const { outcome } = await vendor.work(this.#run(ground, provider, contactId));
      if (outcome?.kind === 'refused') byCode.set(outcome.code, (byCode.get(outcome.code) ?? 0) + 1);
    }
    return {
      people: ground.sampled.length,
      of: ground.counted.new,
      refused: [...byCode].map(([code, people]) => ({ code, people })),
    };
  }

  #run({ connection, known, desired }: Ground, provider: CrmProvider, contactId: string) {
    const { random } = this.parts;
    return previewRun({ connection, known, provider, random, desired: desired.get(contactId), contactId });
  }

  #vendor({ connection }: Ground, provider: CrmProvider, makes: 'reads' | 'nothing'): PreviewedVendor {
    const { transport, openCredentials } = this.parts;
    return new PreviewedVendor(
      {
        ...{ connection, provider, transport },
        credentials: openCredentials(connection),
        pace: this.#gate(connection, provider.manifest),
        signal: AbortSignal.timeout(PATIENCE_MS),
      },
      makes,
    );
  }

  /** As for everything that a person waits for: within the vendor's usual rate. */
  #gate({ accountKey }: ActiveConnection, manifest: ProviderManifest): PaceGate {
    return this.pace.gate(accountKey.toString('hex'), manifest);
  }
}

function projected(
  counted: Counted,
  compared: Ground['compared'],
): Pick<PreviewReport, 'counts' | 'compared' | 'refusals'> {
  const share = compared.people === 0 ? 0 : compared.changed / compared.people;
  const changed = Math.round(counted.there * share);
  return {
    counts: {
      new: counted.new,
      changed,
      unchanged: counted.there - changed,
      takenBack: counted.takenBack,
      refused: counted.refused,
      leftOut: counted.leftOut,
    },
    compared: { people: compared.people, of: counted.there },
    refusals: counted.refusals,
  };
}

function bulkFrom(
  { capabilities: { bulk } }: ProviderManifest,
  settings: Readonly<Record<string, SettingValue>>,
): Pick<PreviewReport, 'bulkFrom'> {
  if (bulk === undefined) return {};
  const isOff = bulk.setting !== undefined && settings[bulk.setting] === false;
  return isOff ? {} : { bulkFrom: bulk.worthwhileFrom };
}
