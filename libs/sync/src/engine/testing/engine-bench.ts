import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { Tenancy, createDataSource } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import type { CrmProvider } from '@rekomi/provider-contract';
import { VendorTransport } from '@rekomi/transport';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

import { WaitingLanes, type HandResult } from '../../by-hand/index.js';
import { SqlOutbox } from '../../outbox/sql-outbox.js';
import { ReconciliationService } from '../../reconciliation/reconciliation.service.js';
import type {
  ContactChanged,
  Desired,
  DesiredState,
  EventHappened,
  OutboxItem,
  PersonMemberships,
} from '../../ports.js';
import { PreviewService } from '../../preview/preview.service.js';
import { claimLanes } from '../../sql/claim.js';
import { openDrain } from '../../sql/drain.js';
import { takeChecks } from '../../sql/reconciliation-work.js';
import type { WakeQueue } from '../../wake/wake-queue.js';
import { CheckLoop } from '../check-loop.js';
import type { ActiveConnection, ConnectionKeeper } from '../connection.js';
import type { EngineParts } from '../engine-parts.js';
import { SyncEngine } from '../engine.js';
import { Pacer } from '../pacer.js';
import { ScriptedVendor } from './scripted-vendor.js';
import { ScriptedWatch } from './scripted-watch.js';

const GIVE_UP_MS = 15_000;

/**
 * A whole engine on a real database, with a vendor in memory, wakes that arrive at once, and hands for what a test
 * could otherwise only wait for: leases that run out, times that pass.
 */
export class EngineBench implements DesiredState, ConnectionKeeper {
  readonly vendor = new ScriptedVendor();
  readonly watch = new ScriptedWatch();
  private readonly organizationId = randomUUID();
  private connectionId = randomUUID();
  /** Connections beside the one that most tests are about, each with a provider of its own. */
  private readonly others = new Map<string, { provider: CrmProvider; state: ActiveConnection['state'] }>();
  /** What was reported about providers that broke their contract. */
  readonly faults: string[] = [];
  private marksFail = false;
  private receiptPercent: number | undefined;
  /** What chance says, from 0 to less than 1. */
  chance = 0.1;
  private state: ActiveConnection['state'] = 'verified';
  private desired = new Map<string, Desired>();
  private readonly wakes = new ImmediateWakes();
  private readonly outbox = new SqlOutbox(this.wakes);

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    private readonly superuser: pg.Pool,
    private readonly transport: VendorTransport,
    private readonly tenancy: Tenancy,
    private engine: SyncEngine | undefined,
    private readonly callLimitMs: number | undefined,
  ) {}

  static async open(options: { readonly callLimitMs?: number } = {}): Promise<EngineBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource({
      url: database.appUrl,
      poolSize: 8,
      applicationName: 'engine-bench',
    });
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const transport = new VendorTransport({ userAgent: 'engine-bench' });
    const bench = new EngineBench(
      database,
      dataSource,
      superuser,
      transport,
      new Tenancy(dataSource),
      undefined,
      options.callLimitMs,
    );
    await superuser.query(`INSERT INTO organization (id, slug, name) VALUES ($1, 'bench', 'Bench')`, [
      bench.organizationId,
    ]);
    bench.engine = bench.makeEngine();
    await bench.engine.start();
    return bench;
  }

  async close(): Promise<void> {
    await this.engine?.close();
    await this.transport.close();
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  /** A connection nobody has used, and a vendor that has forgotten everything. */
  async reset(): Promise<void> {
    await this.superuser.query(`UPDATE connection SET state = 'paused'`);
    await emptyTables(
      this.superuser,
      `lane, delivery, drain, ledger, intention, follow_up, delivery_total, pace, receipt, receipt_total, reconciliation, reconciliation_contact`,
    );
    this.connectionId = randomUUID();
    this.state = 'verified';
    this.receiptPercent = undefined;
    this.chance = 0.1;
    this.desired = new Map();
    this.others.clear();
    this.faults.length = 0;
    this.vendor.reset();
    this.watch.reset();
    await this.insertConnection(this.connectionId);
  }

  /** One more connection, to a vendor of its own; @returns its id. */
  async connectTo(provider: CrmProvider): Promise<string> {
    const id = randomUUID();
    this.others.set(id, { provider, state: 'verified' });
    await this.insertConnection(id);
    return id;
  }

  private async insertConnection(id: string): Promise<void> {
    await this.superuser.query(
      `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
       VALUES ($1, $2, 'scripted', 'Bench', 'live', 'verified', $3)`,
      [id, this.organizationId, Buffer.from(id)],
    );
  }

  want(
    email: string,
    tags: readonly string[] = [],
    contactId: string = randomUUID(),
    audiences: readonly string[] = [],
  ): string {
    this.desired.set(contactId, {
      kind: 'present',
      contact: { email, tags, audiences, attributes: {} },
    });
    return contactId;
  }

  unwant(contactId: string): void {
    this.desired.set(contactId, { kind: 'absent' });
  }

  contact(contactId: string, connectionId: string = this.connectionId): ContactChanged {
    return { kind: 'contact', connectionId, contactId, cause: 'test' };
  }

  event(contactId: string, name: string): EventHappened {
    const event = { id: randomUUID(), name, occurredAt: '2026-11-01T12:00:00.000Z', data: {} };
    return { kind: 'event', connectionId: this.connectionId, contactId, cause: 'test', event };
  }

  async record(items: readonly OutboxItem[]): Promise<void> {
    this.outbox.wake(await this.recordQuietly(items));
  }

  recordQuietly(items: readonly OutboxItem[]): Promise<readonly string[]> {
    return this.inTenant((tx) => this.outbox.record(tx, this.organizationId, items));
  }

  /** Until nothing is in hand and nothing is due within the next seconds. */
  async untilIdle(): Promise<void> {
    const end = performance.now() + GIVE_UP_MS;
    for (;;) {
      const busy = await this.superuser.query(
        `SELECT 1 FROM lane l JOIN connection c ON c.id = l.connection_id AND c.state IN ('verified', 'disabled')
          WHERE l.drain_id IS NOT NULL OR l.next_due_at < now() + interval '5 seconds'
         UNION ALL SELECT 1 FROM drain
         UNION ALL SELECT 1 FROM follow_up WHERE due_at <= now() OR attempts > 0`,
      );
      if (busy.rows.length === 0) return;
      if (performance.now() > end) throw new Error(`Still busy: ${JSON.stringify(await this.lanes())}`);
      await delay(5);
    }
  }

  /** It has credentials, as every connection that a person made. */
  async giveCredentials(): Promise<void> {
    await this.superuser.query(`UPDATE connection SET credentials = 'sealed' WHERE id = $1`, [
      this.connectionId,
    ]);
  }

  /** A worker that had taken everything up has died, and its time is over. */
  async takeChecksAsIfKilled(): Promise<void> {
    const options = { most: 1_000, forMs: -1 };
    await this.inTenant((tx) => takeChecks(tx, this.target(), options));
  }

  pause(): void {
    this.state = 'paused';
  }

  async disconnect(): Promise<void> {
    await this.setState('disabled');
  }

  startDisconnecting(): Promise<void> {
    return this.setState('disconnecting');
  }

  untilDisconnected(): Promise<void> {
    return this.until(() => Promise.resolve(this.state === 'disabled'));
  }

  /** The contact was written again, as far as the ledger shows. */
  async touchLedger(): Promise<void> {
    await this.superuser.query(`UPDATE ledger SET updated_at = clock_timestamp()`);
  }

  /** A look was taken and put off again. */
  untilLooksWait(): Promise<void> {
    return this.until(async () => {
      const waiting = await this.rows(
        `SELECT 1 FROM follow_up WHERE attempts > 0 AND due_at > now() AND due_at < now() + interval '30 seconds'`,
        [],
      );
      return waiting.length > 0;
    });
  }

  async until(reached: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + GIVE_UP_MS;
    while (!(await reached())) {
      if (performance.now() > end) throw new Error('It did not come to that.');
      await delay(5);
    }
  }

  async reconnect(): Promise<void> {
    await this.setState('verified');
  }

  connectionState(connectionId?: string): string {
    return this.others.get(connectionId ?? '')?.state ?? this.state;
  }

  /** What is said of the open deliveries of a connection, and how often it was tried at the least. */
  async failing(
    connectionId: string,
  ): Promise<{ codes: (string | null)[]; attempts: number; lanes: number }> {
    const [row] = await this.rows<{ codes: (string | null)[] | null; attempts: string; lanes: string }>(
      `SELECT array_agg(DISTINCT last_code) AS codes, coalesce(min(attempts), 0) AS attempts, count(*) AS lanes
         FROM lane WHERE connection_id = $1`,
      [connectionId],
    );
    return { codes: row?.codes ?? [], attempts: Number(row?.attempts), lanes: Number(row?.lanes) };
  }

  /** What a person does about the contact's oldest open or, when there is none, latest settled delivery. */
  async byHand(what: 'release' | 'skip', contactId: string, note?: string): Promise<HandResult> {
    const [delivery] = await this.rows<{ id: string }>(
      `SELECT id FROM (SELECT id, 0 AS settled, lane_seq FROM delivery WHERE contact_id = $1
         UNION ALL SELECT id, 1, -lane_seq FROM history WHERE contact_id = $1) d ORDER BY settled, lane_seq LIMIT 1`,
      [contactId],
    );
    const lanes = new WaitingLanes(this.outbox);
    const done = await this.inTenant((tx) =>
      lanes[what](tx, this.organizationId, delivery?.id ?? randomUUID(), note),
    );
    if (done.ok) this.outbox.wake([done.value.targetId]);
    return done;
  }

  /** A worker takes the work and dies: its lease is over and nobody renews it. */
  async claimAsIfKilled(items: readonly OutboxItem[]): Promise<void> {
    await this.recordQuietly(items);
    const target = this.target();
    const drainId = randomUUID();
    await this.inTenant(async (tx) => {
      await openDrain(tx, target, { id: drainId, worker: 'killed', leaseMs: -1 });
      await claimLanes(tx, target, { drainId, watermark: '-infinity', most: 100 });
    });
  }

  async sweepDeadDrains(): Promise<void> {
    await this.superuser.query(`SELECT * FROM sweep_expired_drains('15 seconds')`);
    this.outbox.wake([this.connectionId]);
  }

  async expireAllDrains(stillLanding = '-1 seconds'): Promise<void> {
    await this.superuser.query(`UPDATE drain SET expired = true`);
    await this.superuser.query(`SELECT * FROM sweep_expired_drains($1)`, [stillLanding]);
  }

  async passRewriteTime(): Promise<void> {
    await this.superuser.query(`UPDATE lane SET rewrite_after = now(), next_due_at = now()`);
    this.outbox.wake([this.connectionId]);
  }

  /** @param after how many looks that came to nothing. */
  async hurryLooks(after?: number): Promise<void> {
    await this.superuser.query(`UPDATE follow_up SET due_at = now(), attempts = coalesce($1, attempts)`, [
      after,
    ]);
  }

  /** Accepted writes are read back from now on: the first ones, and so many in a hundred of the others. */
  readBack(percent: number): void {
    this.receiptPercent = percent;
  }

  receipts(): Promise<readonly ReceiptRow[]> {
    return this.rows(
      `SELECT contact_id, state, reason, tries, failures, code, deviations, untold FROM receipt
        WHERE connection_id = $1 ORDER BY owed_at, delivery_id`,
      [this.connectionId],
    );
  }

  /** Makes the owed receipts due. */
  async hurryReceipts(): Promise<void> {
    await this.superuser.query(`UPDATE receipt SET due_at = now() WHERE state = 'owed'`);
  }

  /** Makes the owed receipts due, and waits until every one of them was looked at once. */
  async nextReceipts(): Promise<void> {
    await this.hurryReceipts();
    await this.check();
    await this.until(async () => {
      const waiting = await this.rows(`SELECT 1 FROM receipt WHERE state = 'owed' AND due_at <= now()`, []);
      const taken = await this.rows(
        `SELECT 1 FROM receipt WHERE state = 'owed' AND due_at > now() + interval '100 seconds'
            AND due_at < now() + interval '130 seconds'`,
        [],
      );
      return waiting.length + taken.length === 0;
    });
  }

  /** Brings the next look of a reconciliation forward. */
  async hurryChecks(): Promise<void> {
    await this.superuser.query(`UPDATE reconciliation_contact SET due_at = now() WHERE outcome = 'waiting'`);
  }

  /** Time goes by until nobody needs to know any more. */
  async forgetReceipts(): Promise<void> {
    await this.superuser.query(`SELECT forget_receipts('0 seconds')`);
  }

  /** Compares whatever is due. */
  async check(): Promise<void> {
    await new CheckLoop(this.parts(), this.target()).run();
  }

  /** Owes a look, as whoever watches somebody does. */
  oweLook(contactId: string): Promise<void> {
    const sql = `SELECT $2::uuid AS connection_id, $3::uuid AS contact_id, 0 AS in_ms, $1::uuid`;
    const parameters = [this.organizationId, this.connectionId, contactId];
    return this.inTenant((tx) => this.outbox.oweLooks(tx, this.organizationId, { sql, parameters }));
  }

  /** In how many minutes each owed look is due, rounded. */
  async looksIn(): Promise<number[]> {
    const rows = await this.rows<{ minutes: string }>(
      `SELECT round(extract(epoch FROM due_at - now()) / 60) AS minutes FROM follow_up WHERE connection_id = $1`,
      [this.connectionId],
    );
    return rows.map(({ minutes }) => Number(minutes));
  }

  /** How the contact's deliveries ended, with the reason. */
  ends(contactId: string): Promise<{ state: string; code: string | null; detail: string | null }[]> {
    return this.rows(
      `SELECT state, code, detail FROM history WHERE contact_id = $1 ORDER BY lane_id, lane_seq`,
      [contactId],
    );
  }

  settled(contactId: string): Promise<{ kind: string; state: string }[]> {
    return this.rows(`SELECT kind, state FROM history WHERE contact_id = $1 ORDER BY lane_id, lane_seq`, [
      contactId,
    ]);
  }

  attemptsOf(contactId: string): Promise<{ number: number; outcome: string }[]> {
    return this.rows(`SELECT number, outcome FROM attempt WHERE contact_id = $1 ORDER BY at`, [contactId]);
  }

  async ledger(contactId: string): Promise<{ present: boolean; written: unknown } | undefined> {
    const rows = await this.rows<{ present: boolean; written: unknown }>(
      `SELECT present, state, written, warnings, deferred, confirmed_at FROM ledger WHERE contact_id = $1`,
      [contactId],
    );
    return rows[0];
  }

  /** What is on record about writes under way or lost. */
  async intentions(): Promise<unknown[]> {
    const rows = await this.rows<{ writes: unknown }>(
      `SELECT writes FROM intention WHERE connection_id = $1`,
      [this.connectionId],
    );
    return rows.map(({ writes }) => writes);
  }

  lanes(): Promise<{ held_code: string | null; tail_seq: string }[]> {
    return this.rows(`SELECT held_code, tail_seq FROM lane WHERE connection_id = $1`, [this.connectionId]);
  }

  /** Milliseconds until the one lane is taken up. */
  async dueInMs(): Promise<number> {
    const [lane] = await this.rows<{ in_ms: number }>(
      `SELECT (extract(epoch FROM next_due_at - clock_timestamp()) * 1000)::float AS in_ms FROM lane
        WHERE connection_id = $1 AND drain_id IS NULL`,
      [this.connectionId],
    );
    return lane?.in_ms ?? -Infinity;
  }

  /** How long nobody asks the account's endpoint family. */
  async closedForMs(family: string): Promise<number> {
    const [row] = await this.rows<{ in_ms: number }>(
      `SELECT (extract(epoch FROM not_before - clock_timestamp()) * 1000)::float AS in_ms FROM pace
        WHERE account_key = convert_to($1::text, 'UTF8') AND family = $2`,
      [this.connectionId, family],
    );
    return row?.in_ms ?? -Infinity;
  }

  async sequence(contactId: string): Promise<number[]> {
    const rows = await this.rows<{ lane_seq: string }>(
      `SELECT lane_seq FROM delivery WHERE contact_id = $1 ORDER BY lane_seq`,
      [contactId],
    );
    return rows.map((row) => Number(row.lane_seq));
  }

  async openDeliveries(): Promise<number> {
    const rows = await this.rows<{ n: string }>(
      `SELECT count(*) AS n FROM delivery WHERE connection_id = $1`,
      [this.connectionId],
    );
    return Number(rows[0]?.n);
  }

  async states(connectionId: string = this.connectionId): Promise<Record<string, number>> {
    const rows = await this.rows<{ what: string; n: string }>(
      `SELECT kind || ' ' || state AS what, count(*) AS n FROM history WHERE connection_id = $1 GROUP BY 1 ORDER BY 1`,
      [connectionId],
    );
    return Object.fromEntries(rows.map((row) => [row.what, Number(row.n)]));
  }

  /** Both sides of the conservation law. */
  async conservation(): Promise<{ created: number; settled: number; open: number }> {
    const [row] = await this.rows<{ created: string; settled: string; open: string }>(
      `SELECT (SELECT coalesce(sum(deliveries), 0) FROM delivery_total WHERE connection_id = $1 AND state = 'created')
            + (SELECT coalesce(sum(tail_seq), 0) FROM lane WHERE connection_id = $1) AS created,
         (SELECT coalesce(sum(deliveries), 0) FROM delivery_total WHERE connection_id = $1 AND state <> 'created') AS settled,
         (SELECT count(*) FROM delivery WHERE connection_id = $1) AS open`,
      [this.connectionId],
    );
    return { created: Number(row?.created), settled: Number(row?.settled), open: Number(row?.open) };
  }

  read(
    _tx: EntityManager,
    _connection: unknown,
    contactIds: readonly string[],
  ): Promise<ReadonlyMap<string, Desired>> {
    return Promise.resolve(
      new Map(contactIds.map((id) => [id, this.desired.get(id) ?? { kind: 'absent' as const }])),
    );
  }

  load(_tx: EntityManager, connectionId: string): Promise<ActiveConnection | undefined> {
    const other = this.others.get(connectionId);
    if (connectionId !== this.connectionId && other === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      organizationId: this.organizationId,
      id: connectionId,
      provider: other === undefined ? 'scripted' : connectionId,
      environment: 'live',
      state: other?.state ?? this.state,
      settings: {},
      accountKey: Buffer.from(connectionId),
      configVersion: 1,
      ...(this.receiptPercent === undefined ? {} : { receiptPercent: this.receiptPercent }),
      defaultTags: [],
    });
  }

  /** The database goes away before the next finding is stored. */
  failNextMark(): void {
    this.marksFail = true;
  }

  async markUnauthorised(): Promise<void> {
    if (this.marksFail) {
      this.marksFail = false;
      throw new Error('The database is away.');
    }
    await this.setState('auth_error');
  }

  async markNeedsAttention({ id }: ActiveConnection): Promise<void> {
    const other = this.others.get(id);
    if (other === undefined) return this.setState('needs_attention');
    other.state = 'needs_attention';
    await this.superuser.query(`UPDATE connection SET state = 'needs_attention' WHERE id = $1`, [id]);
  }

  storeRegion(): Promise<void> {
    return Promise.resolve();
  }

  finishDisconnect(): Promise<void> {
    return this.setState('disabled');
  }

  private async setState(state: ActiveConnection['state']): Promise<void> {
    this.state = state;
    await this.superuser.query(`UPDATE connection SET state = $2 WHERE id = $1`, [this.connectionId, state]);
    this.outbox.wake([this.connectionId]);
  }

  private makeEngine(): SyncEngine {
    return new SyncEngine(this.parts(), this.outbox, this.wakes);
  }

  private parts(): EngineParts {
    const complain = (message: string, err: unknown): void => {
      if (message === 'What a drain learnt about its connection could not be stored.') return;
      if (message === 'A provider broke its contract.') {
        this.faults.push(String(err));
        return;
      }
      throw new Error(message, { cause: err });
    };
    return {
      tenancy: this.tenancy,
      desiredState: this,
      audienceWatch: this.watch,
      connections: this,
      provider: (slug) => this.others.get(slug)?.provider ?? this.vendor,
      ...(this.callLimitMs === undefined ? {} : { callLimitMs: this.callLimitMs }),
      openCredentials: () => ({ has: () => false, reveal: () => undefined }),
      transport: this.transport,
      pacer: new Pacer(this.tenancy),
      worker: 'bench',
      random: () => this.chance,
      log: { warn: complain, error: complain },
    };
  }

  /** The vendor and connection of the bench, for what is asked beside the engine. */
  reconciliations(): ReconciliationService {
    return new ReconciliationService(this.tenancy, { get: () => this.vendor }, this.outbox);
  }

  /** Previews of the connection, with these people meant to be there, the last one approved last. */
  previews(contactIds: readonly string[]): PreviewService {
    const ids = `'{${contactIds.join(',')}}'::uuid[]`;
    const parts = this.parts();
    return new PreviewService({
      ...{ tenancy: this.tenancy, connections: { load: this.loadSealed }, desiredState: this },
      ...{ transport: this.transport, openCredentials: parts.openCredentials, random: parts.random },
      providers: { get: () => this.vendor },
      people: {
        sql: `SELECT p.contact_id, '2026-01-01'::timestamptz + p.place * interval '1 hour' AS since
                FROM unnest(${ids}) WITH ORDINALITY AS p(contact_id, place) WHERE ($1::uuid, $2::uuid, $3::boolean) IS NOT NULL`,
      },
      memberships: { read: async (_tx, _organization, id) => this.membershipOf(id) },
      onProviderFault: (err) => this.faults.push(String(err)),
    });
  }

  private readonly loadSealed: ConnectionKeeper['load'] = async (tx, id) => {
    const loaded = await this.load(tx, id);
    return loaded === undefined || loaded.state === 'disabled'
      ? loaded
      : { ...loaded, sealedCredentials: 'sealed' };
  };

  private membershipOf(id: string): PersonMemberships | undefined {
    const wanted = this.desired.get(id);
    return wanted?.kind === 'present' ? { email: wanted.contact.email, memberships: [] } : undefined;
  }

  /** The first sync of the connection leaves this contact out. */
  async leaveOut(contactId: string): Promise<void> {
    await this.superuser.query(
      `INSERT INTO first_sync_left_out (organization_id, connection_id, contact_id) VALUES ($1, $2, $3)`,
      [this.organizationId, this.connectionId, contactId],
    );
  }

  /** All rows of the engine's tables, as text. */
  async everything(): Promise<readonly unknown[]> {
    const tables = ['lane', 'delivery', 'drain', 'ledger', 'intention', 'history', 'attempt', 'follow_up'];
    const more = ['delivery_total', 'receipt', 'dead_letter', 'first_sync', 'first_sync_left_out', 'pace'];
    const rows = [...tables, ...more].map((table) =>
      this.rows(`SELECT t::text FROM ${table} t ORDER BY 1`, []),
    );
    return Promise.all(rows);
  }

  target(): { organizationId: string; connectionId: string } {
    return { organizationId: this.organizationId, connectionId: this.connectionId };
  }

  inTenant<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.tenancy.run(this.organizationId, work);
  }

  private async rows<Row extends pg.QueryResultRow>(
    sql: string,
    parameters: readonly unknown[],
  ): Promise<Row[]> {
    return (await this.superuser.query<Row>(sql, [...parameters])).rows;
  }
}

interface ReceiptRow {
  readonly contact_id: string;
  readonly state: string;
  readonly reason: string;
  readonly tries: number;
  readonly failures: number;
  readonly code: string | null;
  readonly deviations: readonly unknown[];
  readonly untold: readonly string[];
}

/** Wakes arrive at once, in the same process. The real queue has tests of its own. */
class ImmediateWakes implements WakeQueue {
  private handler: (connectionId: string) => void = () => undefined;

  wake(connectionId: string): void {
    this.handler(connectionId);
  }

  listen(handler: (connectionId: string) => void): Promise<void> {
    this.handler = handler;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
