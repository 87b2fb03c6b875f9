import type { AudienceCreation, CrmProvider, Verification } from '@rekomi/provider-contract';
import type { CredentialSource, ExchangeRecord } from '@rekomi/transport';
import { OpenedCredentials, sealedFromStorage, type Vault } from '@rekomi/vault';

import {
  AUDIENCES_SEARCHED,
  findAudience,
  findAudiencesNamed,
  listAudiences,
  type AudiencesNamed,
  type AudienceListing,
  type AudienceSearch,
} from './audience-listing.js';
import { accountText, type Credentials } from './connection-credentials.js';
import { withDefaults, type Environment, type Settings } from './connection-settings.js';
import type { StoredConnection } from './sql/select-stored-connection.js';
import type { VendorDoor } from './vendor-door.js';

/** Credentials in hand, either just typed in or opened from the vault. */
export interface VerificationSubject {
  readonly provider: CrmProvider;
  readonly environment: Environment;
  readonly credentials: CredentialSource;
  readonly accountKey: Buffer;
  readonly settings: Settings;
  readonly region?: string;
}

export interface VerificationReport {
  readonly verification: Verification;
  /** Present when the credentials are valid and the caller asked for audiences. */
  readonly audiences?: AudienceListing;
  /** Masked. */
  readonly exchanges: readonly ExchangeRecord[];
}

/** Asks vendors live, for a person who waits for the answer. Stores nothing. */
export class ConnectionVerifier {
  constructor(
    private readonly door: VendorDoor,
    private readonly vault: Vault,
  ) {}

  /** Names the vendor account that these credentials belong to, without revealing them. */
  accountKey(provider: CrmProvider, environment: Environment, credentials: Credentials): Buffer {
    const { manifest } = provider;
    return this.vault.fingerprint(
      `account:${manifest.slug}:${environment}`,
      accountText(manifest, credentials),
    );
  }

  /** A subject of credentials that are not stored yet. */
  subject(
    provider: CrmProvider,
    environment: Environment,
    credentials: Credentials,
    settings: Settings,
  ): VerificationSubject {
    return {
      provider,
      environment,
      credentials: OpenedCredentials.hold(credentials),
      accountKey: this.accountKey(provider, environment, credentials),
      settings,
    };
  }

  /** A subject of stored credentials. Throws `VaultError` when they can't be opened: that is our fault, not the vendor's. */
  storedSubject(provider: CrmProvider, row: StoredConnection, sealed: string): VerificationSubject {
    return {
      provider,
      environment: row.environment,
      credentials: this.vault.open(sealedFromStorage(sealed), {
        organizationId: row.organization_id,
        connectionId: row.id,
      }),
      accountKey: row.account_key,
      settings: row.settings,
      ...(row.region === null ? {} : { region: row.region }),
    };
  }

  async verify(
    subject: VerificationSubject,
    audiences: 'with audiences' | 'alone',
  ): Promise<VerificationReport> {
    const first = this.#open(subject);
    const verification = await subject.provider.verify(first.access);
    if (audiences === 'alone' || verification.kind !== 'valid')
      return { verification, exchanges: first.exchanges };
    const region = verification.region ?? subject.region;
    const second = this.#open({ ...subject, ...(region === undefined ? {} : { region }) });
    const listing = await listAudiences(subject.provider, second.access);
    return { verification, audiences: listing, exchanges: [...first.exchanges, ...second.exchanges] };
  }

  async audiences(subject: VerificationSubject, cursor: string | undefined): Promise<AudienceListing> {
    return listAudiences(subject.provider, this.#open(subject).access, cursor);
  }

  /** All of them, or the first of a very long list. */
  async everyAudience(subject: VerificationSubject): Promise<AudienceListing> {
    return listAudiences(subject.provider, this.#open(subject).access, undefined, AUDIENCES_SEARCHED);
  }

  async findAudience(subject: VerificationSubject, id: string): Promise<AudienceSearch> {
    return findAudience(subject.provider, this.#open(subject).access, id);
  }

  async audiencesNamed(subject: VerificationSubject, name: string): Promise<AudiencesNamed> {
    return findAudiencesNamed(subject.provider, this.#open(subject).access, name);
  }

  /** Undefined when the vendor has no such call. */
  async createAudience(subject: VerificationSubject, name: string): Promise<AudienceCreation | undefined> {
    return subject.provider.createAudience?.(this.#open(subject).access, name);
  }

  #open(subject: VerificationSubject) {
    const { provider, region } = subject;
    return this.door.open({
      provider,
      environment: subject.environment,
      credentials: subject.credentials,
      account: subject.accountKey.toString('hex'),
      settings: withDefaults(provider.manifest, subject.settings),
      ...(region === undefined ? {} : { region }),
    });
  }
}
