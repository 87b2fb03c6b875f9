import type { CredentialCheck, Right } from '@rekomi/provider-contract';
import type { SealedCredentials } from '@rekomi/vault';
import type { EntityManager } from 'typeorm';

import type { Settings } from '../connection-settings.js';

export interface NewConnection {
  readonly id: string;
  readonly organizationId: string;
  readonly provider: string;
  readonly label: string;
  readonly environment: string;
  readonly credentials: SealedCredentials;
  readonly publicCredentials: Readonly<Record<string, string>>;
  readonly presentCredentials: readonly string[];
  readonly accountKey: Buffer;
  readonly accountId: string | undefined;
  readonly accountName: string | undefined;
  readonly region: string | undefined;
  readonly rights: readonly Right[];
  readonly checks: readonly CredentialCheck[];
  readonly settings: Settings;
  readonly defaultAudience: string | undefined;
  readonly defaultAudienceName: string | undefined;
  readonly defaultTags: readonly string[];
}

/** @returns false when the vendor account got connected by someone else in the meantime. */
export async function insertConnection(tx: EntityManager, connection: NewConnection): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `INSERT INTO connection (id, organization_id, provider, label, environment, state, state_since, credentials,
         public_credentials, present_credentials, account_key, account_id, account_name, region, rights, checks,
         settings, default_audience, default_audience_name, default_tags, verified_at)
       VALUES ($1, $2, $3, $4, $5, 'verified', clock_timestamp(), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
         $17, $18, clock_timestamp())
       ON CONFLICT (organization_id, provider, environment, account_key) WHERE state <> 'disabled' DO NOTHING
       RETURNING id`,
    [
      connection.id,
      connection.organizationId,
      connection.provider,
      connection.label,
      connection.environment,
      connection.credentials,
      connection.publicCredentials,
      connection.presentCredentials,
      connection.accountKey,
      connection.accountId ?? null,
      connection.accountName ?? null,
      connection.region ?? null,
      JSON.stringify(connection.rights),
      JSON.stringify(connection.checks),
      connection.settings,
      connection.defaultAudience ?? null,
      connection.defaultAudienceName ?? null,
      connection.defaultTags,
    ],
  );
  return rows.length > 0;
}
