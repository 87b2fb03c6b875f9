import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { Pacer, SqlOutbox, SyncEngine, type WakeQueue } from '@rekomi/sync';
import { Vault, VaultKeyring } from '@rekomi/vault';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

import { readAllowedHosts } from '../../sending/allowed-hosts.js';
import { GuardedSender } from '../../sending/guarded-sender.js';
import type { Endpoint, NewEndpoint } from '../endpoint.js';
import { EndpointCourier } from '../endpoint-courier.js';
import type { EndpointNotice, EndpointNotices } from '../endpoint-notices.js';
import { EndpointSecrets } from '../endpoint-secrets.js';
import { EndpointService } from '../endpoint.service.js';
import type { MessageSource } from '../message-source.js';
import { ReplayService } from '../replay.service.js';
import { StoredEndpointKeeper } from '../stored-endpoint-keeper.js';
import { TestMessageService } from '../test-message.service.js';

const GIVE_UP_MS = 30_000;

/** Events of two organisations on a real database, a whole engine, and the guarded way out to receivers on loopback. */
export class WebhookBench implements EndpointNotices, MessageSource {
  readonly ours = randomUUID();
  readonly theirs = randomUUID();
  readonly notices: EndpointNotice[] = [];
  /** What was said of endpoints that fail for long, failure by failure. */
  readonly warnings: EndpointNotice[] = [];
  readonly resolved: string[] = [];
  readonly service: EndpointService;
  readonly replays = new ReplayService(this);
  readonly tests: TestMessageService;
  readonly outbox: SqlOutbox;
  /** Added to the clock by which an endpoint is called dead. */
  laterByMs = 0;
  private readonly person = randomUUID();
  private readonly engine: SyncEngine;

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
    private readonly sender: GuardedSender,
    readonly tenancy: Tenancy,
  ) {
    const secrets = new EndpointSecrets(new Vault(VaultKeyring.generate()));
    const courier = new EndpointCourier(sender, Date.now);
    const now = (): Date => new Date(Date.now() + this.laterByMs);
    this.service = new EndpointService(secrets, this);
    this.tests = new TestMessageService({ tenancy, secrets, courier, now });
    const wakes = new ImmediateWakes();
    this.outbox = new SqlOutbox(wakes);
    const complain = (message: string, err: unknown): void => {
      throw new Error(message, { cause: err });
    };
    this.engine = new SyncEngine(
      {
        tenancy,
        endpoints: new StoredEndpointKeeper({ tenancy, secrets, courier, notices: this, now }),
        worker: 'bench',
        random: () => 0,
        log: { warn: complain, error: complain },
        pacer: new Pacer(tenancy),
        ...noConnections(),
      },
      this.outbox,
      wakes,
    );
  }

  /** @param hosts what the operator opened. */
  static async open(hosts: readonly string[]): Promise<WebhookBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource({ url: database.appUrl, poolSize: 8, applicationName: 'webhooks' });
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const allowed = readAllowedHosts(hosts.join(','));
    if (!allowed.ok) throw new Error(allowed.detail);
    const sender = new GuardedSender({
      userAgent: 'webhook-bench',
      allowedHosts: allowed.hosts,
      connectionsPerEndpoint: 16,
    });
    const bench = new WebhookBench(database, dataSource, superuser, sender, new Tenancy(dataSource));
    await superuser.query(
      `INSERT INTO organization (id, slug, name) VALUES ($1, 'ours', 'Ours'), ($2, 'theirs', 'Theirs')`,
      [bench.ours, bench.theirs],
    );
    await superuser.query(
      `INSERT INTO affiliate (id, organization_id, email, first_name, joined_at)
       VALUES ($1, $2, 'ada@example.com', 'Ada', now())`,
      [bench.person, bench.ours],
    );
    await bench.engine.start();
    return bench;
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.sender.close();
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  async reset(): Promise<void> {
    await this.superuser.query(`UPDATE webhook_endpoint SET state = 'disabled', deleted_at = now()`);
    await this.quiet();
    await emptyTables(this.superuser, `lane, delivery, drain, delivery_total, webhook_endpoint CASCADE`);
    this.notices.length = 0;
    this.warnings.length = 0;
    this.resolved.length = 0;
    this.laterByMs = 0;
  }

  run<T>(work: (tx: EntityManager) => Promise<T>, organizationId = this.ours): Promise<T> {
    return this.tenancy.run(organizationId, work);
  }

  async create(
    url: string,
    more: Partial<NewEndpoint> = {},
  ): Promise<{ endpoint: Endpoint; secret: string }> {
    const wanted = {
      url,
      environment: 'live' as const,
      eventTypes: null,
      headers: {},
      template: null,
      ...more,
    };
    const created = await this.run((tx) => this.service.create(tx, this.ours, wanted));
    if (created === 'too_many') throw new Error(created);
    return created;
  }

  async endpoint(id: string): Promise<Endpoint> {
    const found = await this.run((tx) => this.service.get(tx, this.ours, id));
    if (found === undefined) throw new Error('There is no such endpoint.');
    return found;
  }

  /** Records so many events and tells the endpoints, in one transaction. @returns their ids. */
  async happen(name = 'commission_earned', count = 1): Promise<readonly string[]> {
    const [ids, woken] = await this.run(async (tx) => {
      const rows: { id: string }[] = await tx.query(
        `INSERT INTO event (id, organization_id, affiliate_id, name, occurred_at, data)
         SELECT new_id(), $1, $2, $3, date_trunc('milliseconds', now()), '{"amount": 1250, "currency": "EUR"}'
           FROM generate_series(1, $4) RETURNING id`,
        [this.ours, this.person, name, count],
      );
      const found = rows.map(({ id }) => id);
      return [found, await this.outbox.announce(tx, this.ours, this.byIds(this.ours, found))];
    });
    this.outbox.wake(woken);
    return ids;
  }

  byIds(organizationId: string, eventIds: readonly string[]) {
    return { sql: `${MESSAGES} AND x.id = ANY ($2::uuid[])`, parameters: [organizationId, eventIds] };
  }

  received(organizationId: string, since: Date, until: Date | undefined) {
    return {
      sql: `${MESSAGES} AND x.received_at >= $2::timestamptz AND ($3::timestamptz IS NULL OR x.received_at < $3)`,
      parameters: [organizationId, since, until ?? null],
    };
  }

  failing(_tx: EntityManager, _organizationId: string, notice: EndpointNotice): Promise<void> {
    this.warnings.push(notice);
    return Promise.resolve();
  }

  disabled(_tx: EntityManager, _organizationId: string, notice: EndpointNotice): Promise<void> {
    this.notices.push(notice);
    return Promise.resolve();
  }

  resolve(_tx: EntityManager, _organizationId: string, endpointId: string): Promise<void> {
    this.resolved.push(endpointId);
    return Promise.resolve();
  }

  /** Nobody works, and nothing is due. */
  quiet(): Promise<void> {
    return this.until('it is quiet', async () => {
      const { rows } = await this.superuser.query(
        `SELECT 1 FROM lane l JOIN webhook_endpoint e ON e.id = l.connection_id
          WHERE l.drain_id IS NOT NULL OR e.state = 'disabled'
             OR (l.next_due_at <= now() AND (e.rests_until IS NULL OR e.rests_until <= now()))
         UNION ALL SELECT 1 FROM drain`,
      );
      return rows.length === 0;
    });
  }

  async until(what: string, reached: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + GIVE_UP_MS;
    while (!(await reached())) {
      if (performance.now() > end) throw new Error(`It did not come to that: ${what}.`);
      await delay(10);
    }
  }

  /** Whatever waits is due, and nobody rests any more. */
  async timePasses(): Promise<void> {
    await this.superuser.query(
      `UPDATE webhook_endpoint SET rests_until = clock_timestamp() WHERE rests_until IS NOT NULL`,
    );
    const { rows } = await this.superuser.query<{ connection_id: string }>(
      `UPDATE lane SET next_due_at = now() WHERE drain_id IS NULL RETURNING connection_id`,
    );
    this.outbox.wake([...new Set(rows.map((row) => row.connection_id))]);
  }

  /** `{"delivered": 3}` of an endpoint. */
  async states(endpointId: string): Promise<Record<string, number>> {
    const { rows } = await this.superuser.query<{ state: string; n: number }>(
      `SELECT state, count(*)::integer AS n FROM history WHERE connection_id = $1 GROUP BY 1 ORDER BY 1`,
      [endpointId],
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  /** Both sides of the conservation law. */
  async conservation(endpointId: string): Promise<{ created: number; settled: number; open: number }> {
    const { rows } = await this.superuser.query<{ created: number; settled: number; open: number }>(
      `SELECT ((SELECT coalesce(sum(deliveries), 0) FROM delivery_total WHERE connection_id = $1 AND state = 'created')
            + (SELECT coalesce(sum(tail_seq), 0) FROM lane WHERE connection_id = $1))::integer AS created,
         (SELECT coalesce(sum(deliveries), 0) FROM delivery_total
           WHERE connection_id = $1 AND state <> 'created')::integer AS settled,
         (SELECT count(*) FROM delivery WHERE connection_id = $1)::integer AS open`,
      [endpointId],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('No counts.');
    return row;
  }

  /** Drains are taken for dead, as after the death of their process. */
  async killDrains(): Promise<void> {
    await this.superuser.query(`UPDATE drain SET expired = true`);
    await this.superuser.query(`SELECT * FROM sweep_expired_drains('15 seconds')`);
  }
}

const MESSAGES = `
  SELECT x.id AS event_id, x.affiliate_id AS contact_id, x.name AS cause, x.name AS event_name, x.occurred_at,
         json_build_object('affiliate', json_build_object('id', a.id, 'email', a.email), 'campaign', NULL,
                           'data', x.data)::text AS payload
    FROM event x JOIN affiliate a ON a.organization_id = $1 AND a.id = x.affiliate_id
   WHERE x.organization_id = $1`;

/** This bench has none. */
function noConnections() {
  const none = (): never => {
    throw new Error('There are no connections here.');
  };
  return {
    desiredState: { read: none },
    connections: {
      ...{ load: none, markUnauthorised: none, markNeedsAttention: none },
      ...{ storeRegion: none, finishDisconnect: none },
    },
    provider: none,
    openCredentials: none,
    transport: undefined as never,
  };
}

/** Wakes arrive at once, in the same process. */
class ImmediateWakes implements WakeQueue {
  private handler: (targetId: string) => void = () => undefined;

  wake(targetId: string): void {
    this.handler(targetId);
  }

  listen(handler: (targetId: string) => void): Promise<void> {
    this.handler = handler;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
