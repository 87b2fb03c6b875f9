import type { Tenancy } from '@rekomi/database';
import type { Vault } from '@rekomi/vault';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

import { chooseAudience } from './audience-choice.js';
import { publicCredentials, readCredentials, type CredentialWarning } from './connection-credentials.js';
import type { CreateConnection, UnsavedCredentials } from './connection-input.js';
import type { ProviderLookup } from './connection-parts.js';
import { denied, granted, type ConnectionResult } from './connection-problem.js';
import { readSettings, type Environment } from './connection-settings.js';
import { defaultLabel, readLabel, readTags } from './connection-text.js';
import type { ConnectionVerifier, VerificationReport } from './connection-verifier.js';
import { viewOf, type ConnectionView } from './connection-view.js';
import { findSameAccount } from './sql/find-same-account.js';
import { insertConnection, type NewConnection } from './sql/insert-connection.js';
import { selectConnection } from './sql/select-connections.js';
import { openedAccount } from './opened-account.js';

export interface UnsavedReport extends VerificationReport {
  readonly warnings: readonly CredentialWarning[];
  /** What the connection would be called. */
  readonly suggestedLabel?: string;
}

/** A connection that was verified a moment ago and is not stored yet. Its credentials are sealed already. */
export interface PreparedConnection {
  readonly connection: NewConnection;
  /** What the person should know although it was accepted. */
  readonly warnings: readonly string[];
}

export interface CreatedConnection {
  readonly connection: ConnectionView;
  readonly warnings: readonly string[];
}

/** From pasted keys to a stored connection. Only credentials that the vendor accepts are ever stored. */
export class ConnectionCreation {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly providers: ProviderLookup,
    private readonly vault: Vault,
    private readonly verifier: ConnectionVerifier,
    private readonly environments: readonly Environment[],
  ) {}

  /** Tries credentials and lists the audiences. Stores nothing and writes nothing at the vendor. */
  async verifyUnsaved(input: UnsavedCredentials): Promise<ConnectionResult<UnsavedReport>> {
    const provider = this.providers.get(input.provider);
    if (provider === undefined) return denied({ reason: 'provider_unknown', provider: input.provider });
    if (!this.environments.includes(input.environment)) return noSuchEnvironment(input.environment);
    const credentials = readCredentials(provider.manifest, input.credentials, true);
    if (!credentials.ok) return denied({ reason: 'invalid', errors: credentials.errors });
    const subject = this.verifier.subject(provider, input.environment, credentials.set, {});
    const report = await this.verifier.verify(subject, 'with audiences');
    const { verification } = report;
    return granted({
      ...report,
      warnings: credentials.warnings,
      ...(verification.kind === 'valid'
        ? {
            suggestedLabel: defaultLabel(
              provider.manifest,
              verification.account,
              verification.region,
              credentials.set,
            ),
          }
        : {}),
    });
  }

  /** Everything that needs the vendor. Outside any transaction. */
  async prepare(
    organizationId: string,
    input: CreateConnection,
  ): Promise<ConnectionResult<PreparedConnection>> {
    const provider = this.providers.get(input.provider);
    if (provider === undefined) return denied({ reason: 'provider_unknown', provider: input.provider });
    if (!this.environments.includes(input.environment)) return noSuchEnvironment(input.environment);
    const { manifest } = provider;
    const credentials = readCredentials(manifest, input.credentials, true);
    const settings = readSettings(manifest, input.environment, input.settings ?? {});
    const label = input.label === undefined ? undefined : readLabel(input.label);
    const tags = readTags(input.defaultTags ?? []);
    if (!credentials.ok || !settings.ok || label?.ok === false || !tags.ok) {
      const errors = [credentials, settings, label, tags].flatMap((one) =>
        one?.ok === false ? one.errors : [],
      );
      return denied({ reason: 'invalid', errors });
    }

    const subject = this.verifier.subject(provider, input.environment, credentials.set, settings.settings);
    // Told before the vendor is asked, because no key has to be right for this to be wrong.
    const same = await this.tenancy.run(organizationId, (tx) =>
      findSameAccount(tx, { ...subject, provider: manifest.slug, accountId: undefined, except: undefined }),
    );
    if (same !== undefined)
      return denied({ reason: 'account_connected', connectionId: same.id, label: same.label });
    const { verification } = await this.verifier.verify(subject, 'alone');
    const opened = openedAccount(verification);
    if (!opened.ok) return opened;
    const { account, region, rights, checks } = opened.value;

    const verified = {
      ...subject,
      ...(region === undefined ? {} : { region }),
    };
    const audience = await chooseAudience(this.verifier, verified, input.defaultAudience);
    if (!audience.ok) return audience;
    const id = uuidv7();
    return granted({
      warnings: [
        ...credentials.warnings.map((warning) => warning.detail),
        ...opened.value.warnings,
        ...audience.value.warnings,
      ],
      connection: {
        id,
        organizationId,
        provider: manifest.slug,
        label: label?.value ?? defaultLabel(manifest, account, region, credentials.set),
        environment: input.environment,
        credentials: this.vault.seal(credentials.set, { organizationId, connectionId: id }),
        publicCredentials: publicCredentials(manifest, credentials.set),
        presentCredentials: Object.keys(credentials.set),
        accountKey: subject.accountKey,
        accountId: account.id,
        accountName: account.name,
        ...{ region, rights, checks },
        settings: settings.settings,
        defaultAudience: input.defaultAudience,
        defaultAudienceName: audience.value.name,
        defaultTags: tags.value,
      },
    });
  }

  /** Stores what was prepared, in the caller's transaction. */
  async store(tx: EntityManager, prepared: PreparedConnection): Promise<ConnectionResult<CreatedConnection>> {
    const { connection, warnings } = prepared;
    const same =
      (await findSameAccount(tx, { ...connection, except: undefined })) ??
      // The insert waits for another one of the same account; afterwards that one is visible.
      ((await insertConnection(tx, connection))
        ? undefined
        : await findSameAccount(tx, { ...connection, except: undefined }));
    if (same !== undefined)
      return denied({ reason: 'account_connected', connectionId: same.id, label: same.label });
    const row = await selectConnection(tx, connection.organizationId, connection.id);
    return row === undefined
      ? denied({ reason: 'changed_meanwhile' })
      : granted({ connection: viewOf(row), warnings });
  }

  async create(
    organizationId: string,
    input: CreateConnection,
  ): Promise<ConnectionResult<CreatedConnection>> {
    const prepared = await this.prepare(organizationId, input);
    if (!prepared.ok) return prepared;
    return this.tenancy.run(organizationId, (tx) => this.store(tx, prepared.value));
  }
}

function noSuchEnvironment(environment: Environment): ConnectionResult<never> {
  const detail = `This installation runs without ${environment === 'sandbox' ? 'a sandbox' : 'live vendors'}.`;
  return denied({ reason: 'invalid', errors: [{ pointer: '#/environment', code: 'invalid_value', detail }] });
}
