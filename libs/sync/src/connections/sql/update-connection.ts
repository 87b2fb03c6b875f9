import type { CredentialCheck, Right } from '@rekomi/provider-contract';
import type { SealedCredentials } from '@rekomi/vault';
import type { EntityManager } from 'typeorm';

import type { Settings } from '../connection-settings.js';

/** What a verification showed about the account. */
export interface VerifiedFacts {
  readonly accountId: string | undefined;
  readonly accountName: string | undefined;
  readonly region: string | undefined;
  readonly rights: readonly Right[];
  readonly checks: readonly CredentialCheck[];
}

export interface NewCredentials {
  readonly sealed: SealedCredentials;
  readonly public: Readonly<Record<string, string>>;
  readonly present: readonly string[];
  readonly accountKey: Buffer;
}

/** Stores what a person configured; the caller holds the row's lock. */
export async function updateConfiguration(
  tx: EntityManager,
  connectionId: string,
  next: {
    readonly label: string;
    readonly settings: Settings;
    readonly defaultAudience: string | null;
    readonly defaultAudienceName: string | null;
    readonly defaultTags: readonly string[];
    readonly receiptPercent: number;
    /** What is written at the vendor changes with this. */
    readonly altersWrites: boolean;
  },
): Promise<void> {
  await tx.query(
    `UPDATE connection c SET label = $2, settings = $3, default_audience = $4, default_audience_name = $5,
         default_tags = $6, receipt_percent = $8, config_version = c.config_version + $7::boolean::integer, updated_at = clock_timestamp()
       WHERE c.organization_id = current_organization() AND c.id = $1`,
    [
      connectionId,
      next.label,
      next.settings,
      next.defaultAudience,
      next.defaultAudienceName,
      next.defaultTags,
      next.altersWrites,
      next.receiptPercent,
    ],
  );
}

/** Stores credentials that were verified a moment ago; the caller holds the row's lock. */
export async function updateCredentials(
  tx: EntityManager,
  connectionId: string,
  credentials: NewCredentials,
): Promise<void> {
  await tx.query(
    `UPDATE connection c SET credentials = $2, public_credentials = $3, present_credentials = $4, account_key = $5,
         updated_at = clock_timestamp()
       WHERE c.organization_id = current_organization() AND c.id = $1`,
    [connectionId, credentials.sealed, credentials.public, credentials.present, credentials.accountKey],
  );
}

/** Stores what a valid verification showed. What the vendor did not tell this time stays as it was. */
export async function updateVerified(
  tx: EntityManager,
  connectionId: string,
  facts: VerifiedFacts,
): Promise<void> {
  await tx.query(
    `UPDATE connection c SET account_id = coalesce($2, c.account_id), account_name = coalesce($3, c.account_name),
         region = coalesce($4, c.region), rights = $5, checks = $6, verified_at = clock_timestamp(),
         updated_at = clock_timestamp()
       WHERE c.organization_id = current_organization() AND c.id = $1`,
    [
      connectionId,
      facts.accountId ?? null,
      facts.accountName ?? null,
      facts.region ?? null,
      JSON.stringify(facts.rights),
      JSON.stringify(facts.checks),
    ],
  );
}

/** Stores the checks of a verification that did not succeed. */
export async function updateChecks(
  tx: EntityManager,
  connectionId: string,
  checks: readonly CredentialCheck[],
): Promise<void> {
  await tx.query(
    `UPDATE connection c SET checks = $2, updated_at = clock_timestamp()
       WHERE c.organization_id = current_organization() AND c.id = $1`,
    [connectionId, JSON.stringify(checks)],
  );
}
