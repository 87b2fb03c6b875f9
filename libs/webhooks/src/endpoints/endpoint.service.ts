import { cancelLanes } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { type Endpoint, type EndpointChange, MOST_ENDPOINTS, type NewEndpoint } from './endpoint.js';
import type { EndpointNotices } from './endpoint-notices.js';
import type { EndpointSecrets } from './endpoint-secrets.js';
import { findEndpoint, listEndpoints, lockEndpoint } from './endpoint-statements.js';

/** Lanes that are cancelled together with the endpoint; what is left of a larger backlog the engine cancels. */
const CANCELLED_AT_ONCE = 20_000;

export interface EndpointWithSecret {
  readonly endpoint: Endpoint;
  readonly secret: string;
}

/**
 * The merchant's systems that are told what happened. Everything here runs in a transaction of the organisation, and
 * answers undefined for an endpoint that does not exist, was deleted, or is somebody else's.
 */
export class EndpointService {
  constructor(
    private readonly secrets: EndpointSecrets,
    private readonly notices: EndpointNotices,
  ) {}

  list(
    tx: EntityManager,
    organizationId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly Endpoint[]> {
    return listEndpoints(tx, organizationId, page);
  }

  get(tx: EntityManager, organizationId: string, id: string): Promise<Endpoint | undefined> {
    return findEndpoint(tx, organizationId, id);
  }

  /** @returns the secret beside the endpoint; it cannot be read again. `too_many` beyond {@link MOST_ENDPOINTS}. */
  async create(
    tx: EntityManager,
    organizationId: string,
    wanted: NewEndpoint,
  ): Promise<EndpointWithSecret | 'too_many'> {
    const [{ n } = { n: 0 }]: { n: number }[] = await tx.query(
      `SELECT count(*)::integer AS n FROM webhook_endpoint WHERE organization_id = $1 AND deleted_at IS NULL`,
      [organizationId],
    );
    if (n >= MOST_ENDPOINTS) return 'too_many';
    const id = newId();
    const names = Object.keys(wanted.headers);
    const owner = { organizationId, endpointId: id };
    await tx.query(
      `INSERT INTO webhook_endpoint (id, organization_id, url, description, environment, event_types, header_names,
                                     sealed_headers, template)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        organizationId,
        wanted.url,
        wanted.description ?? null,
        wanted.environment,
        wanted.eventTypes,
        names,
        names.length === 0 ? null : this.secrets.seal(owner, wanted.headers),
        wanted.template === null ? null : JSON.stringify(wanted.template),
      ],
    );
    const secret = await this.secrets.add(tx, owner);
    return { endpoint: await this.#read(tx, organizationId, id), secret };
  }

  /** A new address begins with a clean slate: what the old one failed at is not held against it. */
  async update(
    tx: EntityManager,
    organizationId: string,
    id: string,
    change: EndpointChange,
  ): Promise<Endpoint | undefined> {
    const locked = await lockEndpoint(tx, organizationId, id);
    if (locked === undefined) return undefined;
    const owner = { organizationId, endpointId: id };
    const moves = change.url !== undefined && originOf(change.url) !== originOf(locked.url);
    const present = moves ? {} : this.secrets.headers(owner, locked.headerNames, locked.sealedHeaders);
    const headers = mergedHeaders(present, change.headers ?? {});
    const names = Object.keys(headers);
    const { url, description, environment, eventTypes, template } = change;
    await tx.query(
      `UPDATE webhook_endpoint SET
          url = coalesce($3, url),
          description = CASE WHEN $4 THEN $5 ELSE description END,
          environment = coalesce($6, environment),
          event_types = CASE WHEN $7 THEN $8::text[] ELSE event_types END,
          template = CASE WHEN $9 THEN $10::json ELSE template END,
          header_names = $11, sealed_headers = $12, updated_at = now(),
          failing_since = CASE WHEN $3 <> url THEN NULL ELSE failing_since END,
          failures = CASE WHEN $3 <> url THEN 0 ELSE failures END,
          rests_until = CASE WHEN $3 <> url THEN NULL ELSE rests_until END
        WHERE organization_id = $1 AND id = $2`,
      [
        ...[organizationId, id, url ?? null],
        ...[description !== undefined, description ?? null, environment ?? null],
        ...[eventTypes !== undefined, eventTypes ?? null],
        ...[
          template !== undefined,
          template === null || template === undefined ? null : JSON.stringify(template),
        ],
        ...[names, names.length === 0 ? null : this.secrets.seal(owner, headers)],
      ],
    );
    if (url !== undefined && url !== locked.url && locked.state === 'enabled')
      await this.notices.resolve(tx, organizationId, id);
    return this.#read(tx, organizationId, id);
  }

  /**
   * A new secret. Messages are signed with both until the overlap ends, so that the receiver can change over without a gap.
   *
   * @param overlapHours 0 ends the old one at once.
   */
  async rotate(
    tx: EntityManager,
    organizationId: string,
    id: string,
    overlapHours: number,
  ): Promise<EndpointWithSecret | undefined> {
    if ((await lockEndpoint(tx, organizationId, id)) === undefined) return undefined;
    const owner = { organizationId, endpointId: id };
    await this.secrets.expire(tx, owner, overlapHours);
    const secret = await this.secrets.add(tx, owner);
    return { endpoint: await this.#read(tx, organizationId, id), secret };
  }

  /** From now on it hears of what happens. Twice is the same as once. */
  async enable(tx: EntityManager, organizationId: string, id: string): Promise<Endpoint | undefined> {
    const locked = await lockEndpoint(tx, organizationId, id);
    if (locked === undefined) return undefined;
    if (locked.state === 'disabled') {
      await tx.query(
        `UPDATE webhook_endpoint SET state = 'enabled', state_code = NULL, state_detail = NULL, state_since = now(),
            failing_since = NULL, failures = 0, rests_until = NULL, updated_at = now()
          WHERE organization_id = $1 AND id = $2`,
        [organizationId, id],
      );
      await this.notices.resolve(tx, organizationId, id);
    }
    return this.#read(tx, organizationId, id);
  }

  /** Nothing is sent any more; what waits is cancelled and can be replayed. Twice is the same as once. */
  async disable(tx: EntityManager, organizationId: string, id: string): Promise<Endpoint | undefined> {
    const locked = await lockEndpoint(tx, organizationId, id);
    if (locked === undefined) return undefined;
    if (locked.state === 'enabled') {
      await disableEndpoint(tx, organizationId, id);
      // Whoever does it knows that it fails.
      await this.notices.resolve(tx, organizationId, id);
    }
    return this.#read(tx, organizationId, id);
  }

  /** Ends it for good. Its secrets are destroyed; what it was told stays in history. @returns false when there is none. */
  async delete(tx: EntityManager, organizationId: string, id: string): Promise<boolean> {
    const locked = await lockEndpoint(tx, organizationId, id);
    if (locked === undefined) return false;
    if (locked.state === 'enabled') await disableEndpoint(tx, organizationId, id);
    await this.secrets.destroy(tx, { organizationId, endpointId: id });
    await tx.query(
      `UPDATE webhook_endpoint SET deleted_at = now(), header_names = '{}', sealed_headers = NULL, updated_at = now()
        WHERE organization_id = $1 AND id = $2`,
      [organizationId, id],
    );
    await this.notices.resolve(tx, organizationId, id);
    return true;
  }

  async #read(tx: EntityManager, organizationId: string, id: string): Promise<Endpoint> {
    const endpoint = await findEndpoint(tx, organizationId, id);
    if (endpoint === undefined) throw new Error('An endpoint that was just written cannot be read.');
    return endpoint;
  }
}

/** The caller holds the endpoint's lock. Messages in the hand of a drain are finished, or cancelled by it. */
export async function disableEndpoint(
  tx: EntityManager,
  organizationId: string,
  id: string,
  why?: { readonly code: string; readonly detail: string },
): Promise<void> {
  await tx.query(
    `UPDATE webhook_endpoint SET state = 'disabled', state_code = $3, state_detail = $4, state_since = now(),
        rests_until = NULL, updated_at = now()
      WHERE organization_id = $1 AND id = $2`,
    [organizationId, id, why?.code ?? null, why?.detail ?? null],
  );
  await cancelLanes(tx, id, CANCELLED_AT_ONCE, 'endpoint_disabled');
}

/** Placeholders stand behind it only. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

/** Names are the same in any letter case; what is given last is how a name is written. */
function mergedHeaders(
  present: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const changed = new Set(Object.keys(change).map((name) => name.toLowerCase()));
  const kept = Object.entries(present).filter(([name]) => !changed.has(name.toLowerCase()));
  const given = Object.entries(change).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  return Object.fromEntries([...kept, ...given]) as Record<string, string>;
}
