import type { EntityManager } from 'typeorm';

export interface SameAccount {
  readonly id: string;
  readonly label: string;
}

/**
 * Another connection of the organisation to the same vendor account: by the credentials that name the account, or by
 * the id that the vendor gave it (one workspace may have several sets of keys).
 */
export async function findSameAccount(
  tx: EntityManager,
  wanted: {
    readonly provider: string;
    readonly environment: string;
    readonly accountKey: Buffer;
    readonly accountId: string | undefined;
    /** The connection itself, when it is being changed. */
    readonly except: string | undefined;
  },
): Promise<SameAccount | undefined> {
  const rows: SameAccount[] = await tx.query(
    `SELECT c.id, c.label FROM connection c
       WHERE c.organization_id = current_organization() AND c.provider = $1 AND c.environment = $2
         AND c.state <> 'disabled' AND (c.account_key = $3 OR c.account_id = $4) AND ($5::uuid IS NULL OR c.id <> $5)
       ORDER BY c.id LIMIT 1`,
    [wanted.provider, wanted.environment, wanted.accountKey, wanted.accountId ?? null, wanted.except ?? null],
  );
  return rows[0];
}
