import { sealedFromStorage, type Vault } from '@rekomi/vault';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { generateSigningSecret } from '../signing/signing-secret.js';

interface Owner {
  readonly organizationId: string;
  readonly endpointId: string;
}

/** What an endpoint's messages are signed with, and the values of its headers: sealed at rest, opened to send. */
export class EndpointSecrets {
  constructor(private readonly vault: Vault) {}

  /** @returns the secret, which cannot be read again. */
  async add(tx: EntityManager, owner: Owner): Promise<string> {
    const secret = generateSigningSecret();
    await tx.query(
      `INSERT INTO webhook_secret (id, organization_id, endpoint_id, sealed) VALUES ($1, $2, $3, $4)`,
      [newId(), owner.organizationId, owner.endpointId, this.seal(owner, { secret })],
    );
    return secret;
  }

  /** Messages are signed with what there is now for so much longer, never for longer than before. */
  async expire(tx: EntityManager, owner: Owner, overlapHours: number): Promise<void> {
    await tx.query(
      `UPDATE webhook_secret SET expires_at = least(expires_at, now() + make_interval(hours => $3))
        WHERE organization_id = $1 AND endpoint_id = $2`,
      [owner.organizationId, owner.endpointId, overlapHours],
    );
    await tx.query(
      `DELETE FROM webhook_secret WHERE organization_id = $1 AND endpoint_id = $2 AND expires_at <= now()`,
      [owner.organizationId, owner.endpointId],
    );
  }

  async destroy(tx: EntityManager, owner: Owner): Promise<void> {
    await tx.query(`DELETE FROM webhook_secret WHERE organization_id = $1 AND endpoint_id = $2`, [
      owner.organizationId,
      owner.endpointId,
    ]);
  }

  seal({ organizationId, endpointId }: Owner, values: Readonly<Record<string, string>>): string {
    return this.vault.seal(values, { organizationId, connectionId: endpointId });
  }

  /** @param sealed as they are stored; each opens to one secret. */
  signing({ organizationId, endpointId }: Owner, sealed: readonly string[]): readonly string[] {
    const binding = { organizationId, connectionId: endpointId };
    return sealed.flatMap(
      (text) => this.vault.open(sealedFromStorage(text), binding).reveal('secret', 'sign') ?? [],
    );
  }

  headers(
    { organizationId, endpointId }: Owner,
    names: readonly string[],
    sealed: string | null,
  ): Readonly<Record<string, string>> {
    if (sealed === null) return {};
    const binding = { organizationId, connectionId: endpointId };
    const opened = this.vault.open(sealedFromStorage(sealed), binding);
    return Object.fromEntries(names.map((name) => [name, opened.reveal(name, 'authorize') ?? '']));
  }
}
