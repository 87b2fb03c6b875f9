import type { Tenancy } from '@rekomi/database';
import type { CrmProvider } from '@rekomi/provider-contract';
import { sealedFromStorage, type Vault } from '@rekomi/vault';
import type { EntityManager } from 'typeorm';

import type { SyncOutbox } from '../ports.js';
import { chooseAudience } from './audience-choice.js';
import { publicCredentials, readCredentials, type Credentials } from './connection-credentials.js';
import type { UpdateConnection } from './connection-input.js';
import type { ProviderLookup } from './connection-parts.js';
import {
  closedProblem,
  denied,
  granted,
  type ConnectionResult,
  type InputProblem,
} from './connection-problem.js';
import { altersWrites, readSettings, type Settings } from './connection-settings.js';
import { readLabel, readReceiptPercent, readTags } from './connection-text.js';
import type { ConnectionStates } from './connection-states.js';
import type { ConnectionVerifier, VerificationSubject } from './connection-verifier.js';
import { viewOf, type ConnectionView } from './connection-view.js';
import { mergeCredentials } from './merge-credentials.js';
import { enqueueContacts } from './sql/enqueue-contacts.js';
import { findSameAccount } from './sql/find-same-account.js';
import { selectConnection } from './sql/select-connections.js';
import { selectStoredConnection, type StoredConnection } from './sql/select-stored-connection.js';
import {
  updateConfiguration,
  updateCredentials,
  updateVerified,
  type NewCredentials,
  type VerifiedFacts,
} from './sql/update-connection.js';
import { openedAccount } from './opened-account.js';

export interface UpdatedConnection {
  readonly connection: ConnectionView;
  readonly warnings: readonly string[];
  /** How many contacts are brought to the new configuration. */
  readonly contactsQueued: number;
}

interface Wishes {
  readonly label?: string;
  readonly applySettings?: (stored: Settings) => Settings;
  readonly tags?: readonly string[];
  readonly receiptPercent?: number;
  readonly credentials?: { readonly set: Credentials; readonly removed: readonly string[] };
  readonly sameAccount: boolean;
}

interface Renewed {
  readonly subject: VerificationSubject;
  readonly credentials: NewCredentials;
  readonly facts: VerifiedFacts;
  readonly warnings: readonly string[];
}

/** Changes to a stored connection: checked first, at the vendor too, then stored as a whole or not at all. */
export class ConnectionChanges {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly providers: ProviderLookup,
    private readonly vault: Vault,
    private readonly outbox: SyncOutbox,
    private readonly verifier: ConnectionVerifier,
    private readonly states: ConnectionStates,
  ) {}

  async update(
    organizationId: string,
    connectionId: string,
    input: UpdateConnection,
  ): Promise<ConnectionResult<UpdatedConnection>> {
    const before = await this.tenancy.run(organizationId, (tx) => selectStoredConnection(tx, connectionId));
    if (before === undefined) return denied({ reason: 'not_found' });
    if (before.credentials === null || before.state === 'disconnecting') return closedProblem(before.state);
    const provider = this.providers.get(before.provider);
    if (provider === undefined) return denied({ reason: 'provider_unknown', provider: before.provider });
    const wishes = readWishes(provider, before, input);
    if (!wishes.ok) return wishes;

    const renewed = await this.renew(provider, before, wishes.value);
    if (!renewed.ok) return renewed;
    const audienceId =
      input.defaultAudience === undefined ? before.default_audience : (input.defaultAudience?.trim() ?? null);
    const audienceChanges = audienceId !== before.default_audience;
    const audience = audienceChanges
      ? await chooseAudience(
          this.verifier,
          renewed.value?.subject ?? this.verifier.storedSubject(provider, before, before.credentials),
          audienceId ?? undefined,
        )
      : granted({ name: before.default_audience_name ?? undefined, warnings: [] });
    if (!audience.ok) return audience;

    const stored = await this.tenancy.run(organizationId, (tx) =>
      this.store(tx, provider, before, wishes.value, renewed.value, {
        id: audienceId,
        name: audience.value.name ?? null,
      }),
    );
    if (!stored.ok) return stored;
    this.outbox.wake([connectionId]);
    const warnings = [...(renewed.value?.warnings ?? []), ...audience.value.warnings];
    return granted({ ...stored.value, warnings });
  }

  /** Verifies changed credentials; undefined when none change. */
  private async renew(
    provider: CrmProvider,
    before: StoredConnection,
    wishes: Wishes,
  ): Promise<ConnectionResult<Renewed | undefined>> {
    if (wishes.credentials === undefined) return granted(undefined);
    const { manifest } = provider;
    const opened = this.vault.open(sealedFromStorage(before.credentials ?? ''), bindingOf(before));
    const merged = mergeCredentials(manifest, opened, wishes.credentials);
    const subject = this.verifier.subject(
      provider,
      before.environment,
      merged,
      wishes.applySettings?.(before.settings) ?? before.settings,
    );
    const { verification } = await this.verifier.verify(subject, 'alone');
    const found = openedAccount(verification);
    if (!found.ok) return found;
    const { account, region, rights, checks, warnings } = found.value;
    const sameKey = subject.accountKey.equals(before.account_key);
    const bothNamed = account.id !== undefined && before.account_id !== null;
    if (bothNamed ? account.id !== before.account_id : !sameKey && !wishes.sameAccount) {
      return denied({
        reason: 'other_account',
        detail: bothNamed
          ? `These credentials open ${named(account.name ?? account.id)}, and this connection writes to ` +
            `${named(before.account_name ?? before.account_id ?? undefined)}. What was written there could not be kept in step any more. ` +
            `Disconnect this one and connect the other account as a new connection.`
          : `${manifest.name} does not tell which account these credentials open. If they are of the account that this connection ` +
            `writes to, say so with "sameAccount": true. Otherwise connect the other account as a new connection.`,
      });
    }
    return granted({
      subject: { ...subject, ...(region === undefined ? {} : { region }) },
      credentials: {
        sealed: this.vault.seal(merged, bindingOf(before)),
        public: publicCredentials(manifest, merged),
        present: Object.keys(merged),
        accountKey: subject.accountKey,
      },
      facts: {
        accountId: account.id,
        accountName: account.name,
        ...{ region, rights, checks },
      },
      warnings,
    });
  }

  private async store(
    tx: EntityManager,
    provider: CrmProvider,
    before: StoredConnection,
    wishes: Wishes,
    renewed: Renewed | undefined,
    audience: { readonly id: string | null; readonly name: string | null },
  ): Promise<ConnectionResult<Omit<UpdatedConnection, 'warnings'>>> {
    const target = { organizationId: before.organization_id, connectionId: before.id };
    const row = await selectStoredConnection(tx, before.id, 'for update');
    // Compared with what the checks above looked at: credentials, configuration, and that it is still open.
    if (row === undefined) return denied({ reason: 'not_found' });
    if (row.credentials === null || row.state === 'disconnecting') return closedProblem(row.state);
    if (row.credentials !== before.credentials || row.config_version !== before.config_version) {
      return denied({ reason: 'changed_meanwhile' });
    }
    if (renewed !== undefined) {
      const same = await findSameAccount(tx, {
        provider: row.provider,
        environment: row.environment,
        accountKey: renewed.credentials.accountKey,
        accountId: renewed.facts.accountId,
        except: row.id,
      });
      if (same !== undefined)
        return denied({ reason: 'account_connected', connectionId: same.id, label: same.label });
      await updateCredentials(tx, row.id, renewed.credentials);
      await updateVerified(tx, row.id, renewed.facts);
    }
    const settings = wishes.applySettings?.(row.settings) ?? row.settings;
    const tags = wishes.tags ?? row.default_tags;
    const alters =
      audience.id !== row.default_audience ||
      altersWrites(provider.manifest, row.settings, settings) ||
      !sameMembers(tags, row.default_tags);
    await updateConfiguration(tx, row.id, {
      label: wishes.label ?? row.label,
      settings,
      defaultAudience: audience.id,
      defaultAudienceName: audience.name,
      defaultTags: tags,
      receiptPercent: wishes.receiptPercent ?? row.receipt_percent,
      altersWrites: alters,
    });
    // New keys mend an auth error, a new configuration (or new keys) mends what needed attention. A pause stays.
    if (renewed !== undefined ? row.state !== 'paused' : alters && row.state === 'needs_attention') {
      await this.states.start(tx, row, 'by a person');
    }
    const contactsQueued = alters
      ? await enqueueContacts(tx, this.outbox, target, { contacts: 'known', cause: 'connection_changed' })
      : 0;
    const view = await selectConnection(tx, row.organization_id, row.id);
    return view === undefined
      ? denied({ reason: 'not_found' })
      : granted({ connection: viewOf(view), contactsQueued });
  }
}

function readWishes(
  provider: CrmProvider,
  before: StoredConnection,
  input: UpdateConnection,
): ConnectionResult<Wishes> {
  const { manifest } = provider;
  const cleared = Object.entries(input.settings ?? {}).flatMap(([name, value]) =>
    value === null ? [name] : [],
  );
  const chosen = Object.fromEntries(
    Object.entries(input.settings ?? {}).filter(([, value]) => value !== null),
  );
  const unknown: readonly InputProblem[] = cleared
    .filter((name) => !manifest.settings.some((field) => field.name === name))
    .map((name) => ({
      pointer: `#/settings/${name}`,
      code: 'unknown_field',
      detail: `${manifest.name} has no setting "${name}".`,
    }));
  const settings = readSettings(manifest, before.environment, chosen);
  const label = input.label === undefined ? undefined : readLabel(input.label);
  const tags = input.defaultTags === undefined ? undefined : readTags(input.defaultTags);
  const receipts = readReceiptPercent(input.receiptPercent);
  const credentials =
    input.credentials === undefined ? undefined : readCredentials(manifest, input.credentials, false);
  if (
    !settings.ok ||
    unknown.length > 0 ||
    label?.ok === false ||
    tags?.ok === false ||
    !receipts.ok ||
    credentials?.ok === false
  ) {
    const errors = [settings, label, tags, receipts, credentials].flatMap((one) =>
      one?.ok === false ? one.errors : [],
    );
    return denied({ reason: 'invalid', errors: [...unknown, ...errors] });
  }
  const changes =
    credentials !== undefined && Object.keys(credentials.set).length + credentials.removed.length > 0;
  return granted({
    ...(label === undefined ? {} : { label: label.value }),
    ...(input.settings === undefined
      ? {}
      : { applySettings: (stored) => changed(stored, settings.settings, cleared) }),
    ...(tags === undefined ? {} : { tags: tags.value }),
    ...(receipts.value === undefined ? {} : { receiptPercent: receipts.value }),
    ...(changes ? { credentials: { set: credentials.set, removed: credentials.removed } } : {}),
    sameAccount: input.sameAccount === true,
  });
}

function changed(stored: Settings, chosen: Settings, cleared: readonly string[]): Settings {
  const kept = Object.entries(stored).filter(([name]) => !cleared.includes(name));
  return { ...Object.fromEntries(kept), ...chosen };
}

function bindingOf(row: StoredConnection) {
  return { organizationId: row.organization_id, connectionId: row.id };
}

function named(account: string | undefined): string {
  return account === undefined ? 'another account' : `"${account}"`;
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((member) => other.includes(member));
}
