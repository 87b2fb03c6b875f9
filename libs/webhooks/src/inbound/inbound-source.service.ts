import type { Tenancy } from '@rekomi/database';
import { sealedFromStorage, type Vault } from '@rekomi/vault';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { generateSigningSecret } from '../signing/signing-secret.js';
import type { InboundKind, InboundSource, NewInboundSource } from './inbound-source.js';

/** A source with the secrets that are valid now, for one check. */
export interface OpenedSource {
  readonly organizationId: string;
  readonly id: string;
  readonly kind: InboundKind;
  readonly secrets: readonly string[];
}

const COLUMNS = `s.id, s.kind, s.name, s.created_at AS "createdAt", s.revoked_at AS "revokedAt",
  (SELECT max(x.expires_at) FROM inbound_secret x
    WHERE x.organization_id = s.organization_id AND x.source_id = s.id AND x.expires_at > now()) AS "oldSecretExpiresAt"`;

/** Systems that send with a signature instead of an API key. */
export class InboundSourceService {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly vault: Vault,
  ) {}

  /** @returns the secret beside the source; it cannot be read again. */
  async create(
    tx: EntityManager,
    organizationId: string,
    wanted: NewInboundSource,
  ): Promise<{ readonly source: InboundSource; readonly secret: string }> {
    const id = newId();
    const secret = wanted.secret ?? generateSigningSecret();
    await tx.query(`INSERT INTO inbound_source (id, organization_id, kind, name) VALUES ($1, $2, $3, $4)`, [
      id,
      organizationId,
      wanted.kind,
      wanted.name,
    ]);
    await this.#storeSecret(tx, organizationId, id, secret);
    return { source: await this.#read(tx, organizationId, id), secret };
  }

  /** Newest first; one more than `limit`, which tells whether there is more. */
  list(
    tx: EntityManager,
    organizationId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly InboundSource[]> {
    return tx.query(
      `SELECT ${COLUMNS} FROM inbound_source s
        WHERE s.organization_id = $1 AND ($2::uuid IS NULL OR s.id < $2) ORDER BY s.id DESC LIMIT $3`,
      [organizationId, page.after ?? null, page.limit + 1],
    );
  }

  /**
   * A new secret. The present one stays valid for a while, so that the sender can change over without a gap.
   *
   * @param overlapHours 0 ends the old one at once.
   * @returns undefined for an unknown or revoked source.
   */
  async rotate(
    tx: EntityManager,
    organizationId: string,
    id: string,
    wanted: { readonly overlapHours: number; readonly secret?: string },
  ): Promise<{ readonly source: InboundSource; readonly secret: string } | undefined> {
    if (!(await this.#lock(tx, organizationId, id))) return undefined;
    await tx.query(
      `UPDATE inbound_secret SET expires_at = least(expires_at, now() + make_interval(hours => $3))
        WHERE organization_id = $1 AND source_id = $2`,
      [organizationId, id, wanted.overlapHours],
    );
    const secret = wanted.secret ?? generateSigningSecret();
    await this.#storeSecret(tx, organizationId, id, secret);
    return { source: await this.#read(tx, organizationId, id), secret };
  }

  /** From now on nothing of it is accepted. Twice is the same as once. @returns undefined for an unknown source. */
  async revoke(tx: EntityManager, organizationId: string, id: string): Promise<InboundSource | undefined> {
    const [rows]: [unknown[], number] = await tx.query(
      `UPDATE inbound_source SET revoked_at = coalesce(revoked_at, now())
        WHERE organization_id = $1 AND id = $2 RETURNING id`,
      [organizationId, id],
    );
    if (rows.length === 0) return undefined;
    await tx.query(`DELETE FROM inbound_secret WHERE organization_id = $1 AND source_id = $2`, [
      organizationId,
      id,
    ]);
    return this.#read(tx, organizationId, id);
  }

  /** Before anything is known of the sender. @returns undefined for an unknown or revoked source. */
  async open(id: string): Promise<OpenedSource | undefined> {
    const [found] = await this.tenancy.lookup<{ organization_id: string | null }>(
      'SELECT find_inbound_source($1) AS organization_id',
      [id],
    );
    const organizationId = found?.organization_id ?? undefined;
    if (organizationId === undefined) return undefined;
    return this.tenancy.run(organizationId, async (tx) => {
      const rows: { kind: InboundKind; sealed: string }[] = await tx.query(
        `SELECT s.kind, x.sealed FROM inbound_source s
           JOIN inbound_secret x ON x.organization_id = s.organization_id AND x.source_id = s.id
          WHERE s.organization_id = $1 AND s.id = $2 AND s.revoked_at IS NULL
            AND (x.expires_at IS NULL OR x.expires_at > now())`,
        [organizationId, id],
      );
      const [first] = rows;
      if (first === undefined) return undefined;
      const binding = { organizationId, connectionId: id };
      return {
        organizationId,
        id,
        kind: first.kind,
        secrets: rows.map(
          ({ sealed }) => this.vault.open(sealedFromStorage(sealed), binding).reveal('secret', 'sign') ?? '',
        ),
      };
    });
  }

  async #storeSecret(tx: EntityManager, organizationId: string, id: string, secret: string): Promise<void> {
    const sealed = this.vault.seal({ secret }, { organizationId, connectionId: id });
    await tx.query(
      `INSERT INTO inbound_secret (id, organization_id, source_id, sealed) VALUES ($1, $2, $3, $4)`,
      [newId(), organizationId, id, sealed],
    );
  }

  async #lock(tx: EntityManager, organizationId: string, id: string): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `SELECT id FROM inbound_source WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL FOR NO KEY UPDATE`,
      [organizationId, id],
    );
    return rows.length > 0;
  }

  async #read(tx: EntityManager, organizationId: string, id: string): Promise<InboundSource> {
    const rows: InboundSource[] = await tx.query(
      `SELECT ${COLUMNS} FROM inbound_source s WHERE s.organization_id = $1 AND s.id = $2`,
      [organizationId, id],
    );
    const [source] = rows;
    if (source === undefined) throw new Error('A source that was just written cannot be read.');
    return source;
  }
}
