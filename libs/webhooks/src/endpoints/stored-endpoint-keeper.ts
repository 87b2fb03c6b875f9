import type { Tenancy } from '@rekomi/database';
import {
  ENDPOINT_LABEL,
  type EndpointKeeper,
  type EndpointNews,
  type OpenEndpoint,
  type PendingEvent,
} from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

import type { WebhookMessage } from '../sending/webhook-message.js';
import type { EndpointState } from './endpoint.js';
import type { EndpointCourier } from './endpoint-courier.js';
import { type Health, healthAfter, type HealthVerdict } from './endpoint-health.js';
import type { EndpointNotice, EndpointNotices } from './endpoint-notices.js';
import type { EndpointSecrets } from './endpoint-secrets.js';
import { disableEndpoint } from './endpoint.service.js';
import { openAddressee } from './stored-endpoint.js';

/** A success of a healthy endpoint within the same minute need not be written down again. */
type Opened = OpenEndpoint & { remembered: boolean };

interface HealthRow extends Health {
  readonly resting: boolean;
  readonly state: EndpointState;
  readonly label: string;
}

/** Endpoints as the engine knows them: what is stored, opened to be sent to, and what it learns of them. */
export class StoredEndpointKeeper implements EndpointKeeper {
  constructor(
    private readonly parts: {
      readonly tenancy: Tenancy;
      readonly secrets: EndpointSecrets;
      readonly courier: EndpointCourier;
      readonly notices: EndpointNotices;
      readonly now: () => Date;
    },
  ) {}

  async open(tx: EntityManager, organizationId: string, endpointId: string): Promise<Opened | undefined> {
    const { courier, secrets } = this.parts;
    const stored = await openAddressee(tx, secrets, organizationId, endpointId);
    if (stored === undefined) return undefined;
    return {
      id: endpointId,
      organizationId,
      state: stored.state,
      restsForMs: stored.restsForMs,
      onProbation: stored.rested,
      remembered: stored.praised && !stored.failing,
      send: (message, signal) => courier.send(stored.addressee, messageOf(message), signal),
    };
  }

  async tell(endpoint: Opened, news: readonly EndpointNews[]): Promise<void> {
    const onlySuccess = news.every(({ kind }) => kind === 'succeeded');
    if (endpoint.remembered && onlySuccess) return;
    const { organizationId, id } = endpoint;
    await this.parts.tenancy.run(organizationId, async (tx) => {
      const now = this.parts.now();
      const [row]: HealthRow[] = await tx.query(
        `SELECT state, coalesce(rests_until > clock_timestamp(), false) AS resting, failing_since AS "failingSince", failures, ${ENDPOINT_LABEL} AS label FROM webhook_endpoint e
          WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL FOR NO KEY UPDATE`,
        [organizationId, id],
      );
      if (row?.state !== 'enabled') return;
      const verdict = healthAfter(row, news, now);
      await store(tx, endpoint, verdict, now);
      await this.notify(tx, organizationId, { endpointId: id, label: row.label }, verdict);
    });
    endpoint.remembered = onlySuccess;
  }

  private async notify(
    tx: EntityManager,
    organizationId: string,
    about: Pick<EndpointNotice, 'endpointId' | 'label'>,
    { recovered, failsForLong, disable }: HealthVerdict,
  ): Promise<void> {
    const { notices } = this.parts;
    if (disable !== undefined) {
      await disableEndpoint(tx, organizationId, about.endpointId, disable);
      // One matter, one open notice: that it fails is no news beside that.
      await notices.resolve(tx, organizationId, about.endpointId);
      await notices.disabled(tx, organizationId, { ...about, ...disable });
      return;
    }
    if (recovered) await notices.resolve(tx, organizationId, about.endpointId);
    if (failsForLong) {
      const detail = 'It has taken nothing for a day. After five days it is disabled.';
      await notices.failing(tx, organizationId, { ...about, code: 'endpoint_failing', detail });
    }
  }
}

async function store(
  tx: EntityManager,
  { organizationId, id }: OpenEndpoint,
  { health, succeeded, failedWith, restMs }: HealthVerdict,
  now: Date,
): Promise<void> {
  await tx.query(
    `UPDATE webhook_endpoint SET
        failing_since = $3, failures = $4,
        last_success_at = CASE WHEN $5 THEN $6 ELSE last_success_at END,
        last_failure_at = CASE WHEN $7::text IS NOT NULL THEN $6 ELSE last_failure_at END,
        last_failure_code = coalesce($7, last_failure_code),
        rests_until = CASE
          WHEN $8::double precision IS NOT NULL
            THEN greatest(CASE WHEN $5 THEN NULL ELSE rests_until END, clock_timestamp() + $8 * interval '1 millisecond')
          WHEN $5 THEN NULL ELSE rests_until END
      WHERE organization_id = $1 AND id = $2`,
    [
      ...[organizationId, id, health.failingSince, health.failures],
      ...[succeeded, now, failedWith ?? null, restMs ?? null],
    ],
  );
}

/** What was put into the lane: affiliate, campaign and data. */
type Payload = Pick<WebhookMessage, 'affiliate' | 'data'> & {
  readonly campaign: WebhookMessage['campaign'] | null;
};

function messageOf({ dedupeId, eventName, occurredAt, payload }: PendingEvent): WebhookMessage {
  const { affiliate, campaign, data } = JSON.parse(payload) as Payload;
  return {
    id: dedupeId,
    type: eventName,
    timestamp: occurredAt,
    data,
    ...(affiliate === undefined ? {} : { affiliate }),
    ...(campaign === null || campaign === undefined ? {} : { campaign }),
  };
}
