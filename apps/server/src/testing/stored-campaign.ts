import { randomUUID } from 'node:crypto';

import type pg from 'pg';

export interface CampaignSettings {
  readonly description?: string;
  readonly termsUrl?: string;
  readonly autoApprove?: boolean;
  readonly rules?: Readonly<Record<string, unknown>>;
  readonly archived?: boolean;
}

/** Settings of a campaign, put there without the product. */
export async function storeCampaignSettings(
  superuser: pg.Pool,
  campaignId: string,
  settings: CampaignSettings,
): Promise<void> {
  await superuser.query(
    `UPDATE campaign SET terms_url = coalesce($2, terms_url), auto_approve = coalesce($3, auto_approve),
            rules = coalesce($4, rules), archived_at = CASE WHEN $5 THEN now() ELSE archived_at END WHERE id = $1`,
    [
      campaignId,
      settings.termsUrl ?? null,
      settings.autoApprove ?? null,
      settings.rules === undefined ? null : JSON.stringify(settings.rules),
      settings.archived ?? false,
    ],
  );
}

/** A verified connection, put there without the product; @returns its id. */
export async function storeConnection(superuser: pg.Pool, organizationId: string): Promise<string> {
  const id = randomUUID();
  await superuser.query(
    `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
     VALUES ($1, $2, 'customer-io', 'Acme', 'sandbox', 'verified', $3)`,
    [id, organizationId, Buffer.from(id)],
  );
  return id;
}
