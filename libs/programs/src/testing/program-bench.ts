import { randomUUID } from 'node:crypto';

import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import type { ProviderManifest } from '@rekomi/provider-contract';
import { type ConnectionDefaults, type Desired, SqlOutbox } from '@rekomi/sync';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import {
  AffiliateIntakeService,
  type Intake,
  type IntakeOutcome,
} from '../affiliates/affiliate-intake.service.js';
import { AffiliateService } from '../affiliates/affiliate.service.js';
import { AutoApprovalService } from '../approval/auto-approval.service.js';
import { CampaignService } from '../campaigns/campaign.service.js';
import { ProgramsDesiredState } from '../desired-state/programs-desired-state.js';
import { DestinationService } from '../destinations/destination.service.js';
import { ContactFanOut } from '../enrolments/contact-fan-out.js';
import { DecisionEffects } from '../enrolments/decision-effects.js';
import { DecisionFanOut } from '../enrolments/decision-fan-out.js';
import { EnrolmentService } from '../enrolments/enrolment.service.js';
import { MatchingDecisionService } from '../enrolments/matching-decision.service.js';
import { programEntities } from '../entities/index.js';
import { EventReader } from '../events/event-reader.js';
import { EventRulesService } from '../events/event-rules.service.js';
import { EventTypeService } from '../events/event-type.service.js';
import { EventService } from '../events/event.service.js';
import { VendorEventNames } from '../events/vendor-event-names.js';
import type { ProgramResult } from '../program-problem.js';
import { ProgramWork } from '../program-work.js';
import type { UnitOfWork } from '../unit-of-work.js';

export interface PendingDelivery {
  readonly connection: string;
  readonly contact: string;
  readonly kind: 'contact' | 'event';
  readonly cause: string;
  readonly event_id: string | null;
  readonly event_name: string | null;
  readonly payload: Readonly<Record<string, unknown>> | null;
}

/** A vendor that keeps names for itself, and one that counts characters and asks for a form. */
function benchManifest(slug: string): ProviderManifest | undefined {
  const manifests: Readonly<Record<string, Partial<ProviderManifest>>> = {
    'customer-io': {
      name: 'Customer.io',
      reservedAttributes: ['id', 'cio_*'],
      eventNames: { maximumBytes: 100, reserved: ['user deleted', 'report_*'], source: 'a test' },
    },
    'short-names': {
      name: 'Short Names',
      reservedAttributes: [],
      eventNames: {
        maximumCharacters: 20,
        form: { pattern: '[a-z_]+', words: 'of lower-case letters and underscores' },
        ...{ reserved: [], source: 'a test' },
      },
    },
  };
  return manifests[slug] as ProviderManifest | undefined;
}

/** Programmes on a real database with the engine's real outbox, and nobody who works the lanes off. */
export class ProgramBench {
  readonly organizationId: string = randomUUID();
  readonly otherOrganizationId: string = randomUUID();
  readonly woken: string[] = [];
  readonly campaigns: CampaignService;
  readonly destinations: DestinationService;
  readonly affiliates: AffiliateService;
  readonly intake: AffiliateIntakeService;
  readonly enrolments: EnrolmentService;
  readonly matching: MatchingDecisionService;
  readonly autoApproval: AutoApprovalService;
  readonly events: EventService;
  readonly fanOut: DecisionFanOut;
  readonly eventReader = new EventReader();
  readonly eventTypes: EventTypeService;
  readonly eventRules: EventRulesService;
  readonly tenancy: Tenancy;
  readonly outbox: SqlOutbox;
  readonly work: ProgramWork;

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
    /** Statements sent since the last {@link reset}. */
    readonly statements: string[],
  ) {
    const outbox = new SqlOutbox({
      wake: (id) => void this.woken.push(id),
      listen: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const fanOut = new DecisionFanOut(outbox);
    this.fanOut = fanOut;
    this.destinations = new DestinationService(outbox, { manifest: benchManifest });
    this.campaigns = new CampaignService(this.destinations);
    this.affiliates = new AffiliateService(fanOut);
    this.intake = new AffiliateIntakeService(fanOut, new AutoApprovalService(fanOut));
    const effects = new DecisionEffects(fanOut, new ContactFanOut(outbox));
    this.enrolments = new EnrolmentService(effects);
    this.matching = new MatchingDecisionService(effects);
    this.autoApproval = new AutoApprovalService(fanOut);
    const names = new VendorEventNames({ manifest: benchManifest });
    this.events = new EventService(outbox, names);
    this.eventTypes = new EventTypeService(names);
    this.eventRules = new EventRulesService(names);
    this.tenancy = new Tenancy(dataSource);
    this.outbox = outbox;
    this.work = new ProgramWork(this.tenancy, outbox);
  }

  static async open(): Promise<ProgramBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource(
      { url: database.appUrl, poolSize: 8, applicationName: 'program-bench' },
      programEntities,
    );
    const statements: string[] = [];
    const nothing = (): void => undefined;
    dataSource.setOptions({
      logging: ['query'],
      logger: {
        logQuery: (query) => void statements.push(query),
        logQueryError: nothing,
        logQuerySlow: nothing,
        logSchemaBuild: nothing,
        logMigration: nothing,
        log: nothing,
      },
    });
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const bench = new ProgramBench(database, dataSource, superuser, statements);
    await superuser.query(
      `INSERT INTO organization (id, slug, name) VALUES ($1, 'one', 'One'), ($2, 'two', 'Two')`,
      [bench.organizationId, bench.otherOrganizationId],
    );
    return bench;
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  async reset(): Promise<void> {
    await emptyTables(this.superuser, 'connection, lane, delivery, affiliate, campaign, event_type CASCADE');
    this.woken.length = 0;
    this.statements.length = 0;
  }

  /** Runs work for the first organisation and hands out the value; a problem fails the test with its text. */
  async do<T>(
    work: (unit: UnitOfWork) => Promise<ProgramResult<T>>,
    organizationId = this.organizationId,
  ): Promise<T> {
    const result = await this.work.run(organizationId, work);
    if (!result.ok) throw new Error(JSON.stringify(result.problem));
    return result.value;
  }

  /** The same for work that is expected to be denied. */
  async denied<T>(
    work: (unit: UnitOfWork) => Promise<ProgramResult<T>>,
    organizationId = this.organizationId,
  ): Promise<unknown> {
    const result = await this.work.run(organizationId, work);
    return result.ok ? { granted: result.value } : result.problem;
  }

  /** A stored connection; @returns its id. */
  async connection(
    values: Partial<ConnectionDefaults> & {
      readonly label?: string;
      readonly state?: string;
      readonly provider?: string;
    } = {},
  ): Promise<string> {
    const id = randomUUID();
    await this.superuser.query(
      `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key, default_audience,
                               default_audience_name, default_tags)
       VALUES ($1, $2, $9, $3, 'sandbox', $4, $5, $6, $7, $8)`,
      [
        id,
        values.organizationId ?? this.organizationId,
        values.label ?? 'Acme',
        values.state ?? 'verified',
        Buffer.from(id),
        values.defaultAudience ?? null,
        values.defaultAudience === undefined ? null : 'Everybody',
        values.defaultTags ?? [],
        values.provider ?? 'customer-io',
      ],
    );
    return id;
  }

  /** A campaign that sends to these connections; @returns its slug. */
  async campaign(name: string, ...connectionIds: readonly string[]): Promise<string> {
    const { slug } = await this.do((unit) => this.campaigns.create(unit, { name }));
    for (const id of connectionIds) await this.do((unit) => this.destinations.put(unit, slug, id, {}));
    return slug;
  }

  take(intake: Intake): Promise<readonly IntakeOutcome[]> {
    return this.do((unit) => this.intake.take(unit, intake));
  }

  /** Takes one person in; @returns the id. */
  async affiliate(
    email: string,
    part: Omit<Intake, 'affiliates'> & { readonly tier?: string; readonly tags?: readonly string[] } = {},
  ): Promise<string> {
    const { tier, tags, ...intake } = part;
    const row = { email, ...(tier === undefined ? {} : { tier }), ...(tags === undefined ? {} : { tags }) };
    const [outcome] = await this.take({ ...intake, affiliates: [row] });
    if (outcome === undefined || outcome.outcome === 'invalid') throw new Error(JSON.stringify(outcome));
    return outcome.affiliateId;
  }

  /** Many people who applied, put there without the product; @returns their ids. */
  async crowd(size: number, campaign: string): Promise<readonly string[]> {
    const { rows } = await this.superuser.query<{ affiliate_id: string }>(
      `WITH person AS (
         INSERT INTO affiliate (id, organization_id, email, joined_at)
         SELECT new_id(), $1, 'person' || n || '@example.com', now() FROM generate_series(1, $2::int) AS n RETURNING id)
       INSERT INTO enrolment (id, organization_id, campaign_id, affiliate_id, status)
       SELECT new_id(), $1, c.id, p.id, 'applied' FROM person p, campaign c WHERE c.slug = $3 RETURNING affiliate_id`,
      [this.organizationId, size, campaign],
    );
    // The server analyses by itself, and in the middle of this it would find nobody and believe that for a minute.
    await this.superuser.query('ANALYZE affiliate, enrolment');
    return rows.map((row) => row.affiliate_id);
  }

  /** Everything that waits, per lane in order. */
  async pending(): Promise<readonly PendingDelivery[]> {
    const { rows } = await this.superuser.query<PendingDelivery>(
      `SELECT c.label AS connection, a.email AS contact, d.kind, d.cause, d.event_id, d.event_name, d.payload::jsonb AS payload
         FROM delivery d JOIN connection c ON c.id = d.connection_id JOIN affiliate a ON a.id = d.contact_id
        ORDER BY c.label, a.email, d.lane_seq`,
    );
    return rows;
  }

  /** {@link pending} in short: `Acme jane@example.com contact affiliate_approved`. */
  async pendingLines(): Promise<readonly string[]> {
    return (await this.pending()).map(
      ({ connection, contact, kind, cause }) => `${connection} ${contact} ${kind} ${cause}`,
    );
  }

  /** As after the engine's work. */
  async workOff(): Promise<void> {
    await emptyTables(this.superuser, 'lane, delivery');
    this.woken.length = 0;
    this.statements.length = 0;
  }

  async desired(
    connectionId: string,
    contactIds: readonly string[],
    defaults: Partial<ConnectionDefaults> = {},
  ): Promise<ReadonlyMap<string, Desired>> {
    const connection: ConnectionDefaults = {
      id: connectionId,
      organizationId: this.organizationId,
      defaultTags: [],
      ...defaults,
    };
    return this.work.run(this.organizationId, ({ tx }) =>
      new ProgramsDesiredState({ invite: (id) => `https://crm.example.com/invites/${id}` }).read(
        tx,
        connection,
        contactIds,
      ),
    );
  }

  /** Until a session waits for another one's lock. */
  async untilSomebodyWaits(): Promise<void> {
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await this.superuser.query(waiting)).rowCount === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.superuser.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    return Number(rows[0]?.count);
  }
}
