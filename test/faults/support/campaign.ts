import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

import type { Api } from '../../support/api.js';
import type { Campaign as AffiliateCampaign, Connection } from '../../support/answers.js';
import { eventually } from '../../support/eventually.js';
import { Product, type ProductOptions, type Role } from '../../support/product.js';
import { checkRun } from './check/check-run.js';
import type { Violation } from './check/violation.js';
import { collectDatabase, collectPeople, collectProfiles, control } from './collect.js';
import { FaultBook } from './fault-book.js';
import { readLines, storeRecord } from './record-files.js';
import type { RunRecord } from './run-record.js';
import { sized } from './size.js';
import { Seed } from './seed.js';
import { FAULT_VENDORS, type FaultVendor } from './vendors.js';
import { Workload, WORKLOAD, type WorkloadOptions } from './workload.js';

const LOGGING_SANDBOX = path.resolve('test/faults/support/logging-sandbox.mjs');
const LOOKS_EVERY_MS = 200;
/**
 * A machine or a database that stood still for so long lets leases run out, and what was under way comes again. That is no
 * fault of the campaign's making, but one all the same: it is noted and told like the others.
 */
const STANDSTILL_MS = 2_000;
/** What waits longer than this for its next attempt is brought forward in the end, as a person would. */
const PATIENCE_MS = 60_000;
/** After a lost lease each contact is written once more, 15 seconds later; the rest is a slow machine's. */
const QUIET_WITHIN_MS = sized({ ci: 240_000, full: 1_200_000 });

export interface CampaignOptions {
  readonly name: string;
  /** One process each; the first answers requests. */
  readonly roles?: readonly Role[];
  readonly vendors?: readonly FaultVendor[];
  /** Milliseconds, `low-high`, that a vendor takes before and after it applies a request: the middle that faults hit. */
  readonly vendorMs?: string;
  readonly workload?: Partial<WorkloadOptions>;
  /** For every server, over the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** See `ProductOptions`. */
  readonly envOf?: ProductOptions['envOf'];
  readonly database?: ProductOptions['database'];
  readonly queue?: ProductOptions['queue'];
  /** Faults that have to be injected, by kind. With fewer the run is no proof. */
  readonly planned?: Readonly<Record<string, number>>;
}

export interface LaneInHand {
  readonly lane: string;
  /** Ids. */
  readonly deliveries: readonly string[];
}

/** What came of a campaign. It is a success when both lists are empty. */
export interface Verdict {
  readonly violations: readonly Violation[];
  /** What was planned and did not happen. */
  readonly missing: readonly string[];
  readonly record: RunRecord;
}

/**
 * One run of the whole product under load and faults: processes of their own on a database of their own, writers that
 * work over the API, emulated vendors that log what they apply. Open it, do harm while it runs, then `judge`.
 *
 *     const campaign = await Campaign.open({ name: 'kill', planned: { 'kill worker': 30 } });
 *     try {
 *       campaign.workload.start();
 *       …do harm, each noted in campaign.faults…
 *       expect(await campaign.judge()).toMatchObject({ violations: [], missing: [] });
 *     } finally {
 *       await campaign.close();
 *     }
 */
export class Campaign {
  readonly faults = new FaultBook();
  private meter: NodeJS.Timeout | undefined;

  private constructor(
    private readonly options: CampaignOptions,
    readonly seed: Seed,
    readonly product: Product,
    /** Past row-level security, and no part of the product. */
    readonly pool: pg.Pool,
    readonly api: Api,
    readonly workload: Workload,
    readonly vendors: readonly FaultVendor[],
    /** By slug. */
    readonly connections: ReadonlyMap<string, Connection>,
    private readonly audiences: ReadonlyMap<string, string>,
    /** The vendors' log; failing runs leave it here. */
    readonly folder: string,
  ) {}

  /** Starts everything; the load is still off. */
  static async open(options: CampaignOptions): Promise<Campaign> {
    const { name, vendors = FAULT_VENDORS, roles = ['api', 'worker', 'worker'], env = {} } = options;
    const seed = Seed.from(process.env['FAULTS_SEED']);
    process.stdout.write(
      `${name}: seed ${seed.toString()} (to replay: npm run faults -- --seed ${seed.toString()} ${name})\n`,
    );
    const folder = mkdtempSync(path.join(tmpdir(), `rekomi-faults-${name}-`));
    const { envOf, database, queue } = options;
    const product = await Product.start({
      roles,
      ...(envOf === undefined ? {} : { envOf }),
      ...(database === undefined ? {} : { database }),
      ...(queue === undefined ? {} : { queue }),
      env: { LOG_LEVEL: 'warn', ...env },
      sandbox: {
        script: LOGGING_SANDBOX,
        args: vendors.map(({ slug }) => slug),
        env: { APPLIED_LOG: path.join(folder, 'applied.ndjson'), VENDOR_MS: options.vendorMs ?? '2-40' },
      },
    });
    const pool = new pg.Pool({ connectionString: product.superuserUrl, max: 4 });
    // Sessions are cut by some campaigns; the pool opens new ones.
    pool.on('error', () => undefined);
    try {
      const { api } = await product.createOrganization(`Faults ${name}`);
      const { connections, audiences, campaign } = await connect(product, api, vendors);
      const workload = new Workload(
        api,
        campaign,
        [...connections.values()].map(({ id }) => id),
        seed,
        { ...WORKLOAD, ...options.workload },
      );
      return new Campaign(
        options,
        seed,
        product,
        pool,
        api,
        workload,
        vendors,
        connections,
        audiences,
        folder,
      ).metered();
    } catch (err) {
      await pool.end();
      await product.stop();
      throw err;
    }
  }

  /** Deliveries that are open now. */
  async backlog(): Promise<number> {
    const { rows } = await this.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM delivery');
    return rows[0]?.n ?? 0;
  }

  /** Lanes that a process has in hand, each with the deliveries that are open in it. */
  async inHandOf(pid: number | undefined): Promise<readonly LaneInHand[]> {
    const { rows } = await this.pool.query<{ lane: string; deliveries: readonly string[] }>(
      `SELECT l.id AS lane, ARRAY(SELECT d.id FROM delivery d WHERE d.lane_id = l.id) AS deliveries
         FROM drain JOIN lane l ON l.drain_id = drain.id WHERE drain.worker LIKE '%:' || $1`,
      [String(pid)],
    );
    return rows;
  }

  /** Resolves once nothing is open and nobody holds anything. */
  async quiet(): Promise<void> {
    const look = async () => {
      const { rows } = await this.pool.query<{ open: number; lanes: number; drains: number }>(
        `SELECT (SELECT count(*)::int FROM delivery) AS open, (SELECT count(*)::int FROM lane WHERE held_code IS NULL) AS lanes,
                (SELECT count(*)::int FROM drain) AS drains`,
      );
      return rows[0];
    };
    await eventually(
      'everything is delivered',
      async () => {
        await this.bringForward();
        const now = await look();
        return now !== undefined && now.open + now.lanes + now.drains === 0;
      },
      { withinMs: QUIET_WITHIN_MS, state: look },
    ).catch((err: unknown) => {
      // What is stuck is for the checker to name, with all the rest.
      process.stdout.write(`${this.options.name}: ${err instanceof Error ? err.message : String(err)}\n`);
    });
  }

  private async bringForward(): Promise<void> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT DISTINCT ON (l.id) d.id FROM lane l JOIN delivery d ON d.lane_id = l.id
        WHERE l.drain_id IS NULL AND l.attempts > 0 AND l.next_due_at < 'infinity'
          AND l.next_due_at > now() + $1 * interval '1 millisecond'
        ORDER BY l.id, d.lane_seq LIMIT 100`,
      [PATIENCE_MS],
    );
    // One may be taken up, or come to its end, just before.
    for (const { id } of rows) await this.api.post(`deliveries/${id}/release`, {});
  }

  /** Ends the load, waits until all is quiet, and holds the run against every law. Every process has to run by now. */
  async judge(): Promise<Verdict> {
    await this.workload.stop();
    clearInterval(this.meter);
    await this.quiet();
    const record = await this.record();
    const violations = checkRun(record);
    const missing = this.faults.missing(this.options.planned ?? {});
    this.tell(record, violations, missing);
    if (violations.length + missing.length > 0) storeRecord(this.folder, record);
    else rmSync(this.folder, { recursive: true });
    return { violations, missing, record };
  }

  async close(): Promise<void> {
    this.workload.abandon();
    clearInterval(this.meter);
    await this.pool.end();
    await this.product.stop();
  }

  private metered(): this {
    let looking = false;
    let lookedAt = Date.now();
    const look = async (): Promise<void> => {
      looking = true;
      try {
        this.workload.hold(await this.backlog());
      } catch {
        // A database that is away is the harm of some campaigns.
      }
      looking = false;
      if (Date.now() - lookedAt > STANDSTILL_MS) this.faults.note('standstill', { mayRepeat: true });
      lookedAt = Date.now();
    };
    this.meter = setInterval(() => {
      if (!looking) void look();
    }, LOOKS_EVERY_MS);
    return this;
  }

  private async record(): Promise<RunRecord> {
    const people = await collectPeople(this.api);
    const contacts = people.map(({ contact }) => contact);
    return {
      name: this.options.name,
      seed: this.seed.toString(),
      vendors: this.vendors.map(({ slug, dedupes, audiencesStay }) => ({
        slug,
        dedupes,
        audiencesStay,
        connectionId: this.connections.get(slug)?.id ?? '',
      })),
      operations: this.workload.operations,
      faults: this.faults.all,
      people,
      profiles: await collectProfiles(this.product.sandboxUrl, this.vendors, this.audiences, contacts),
      database: await collectDatabase(this.pool),
      applied: readLines(path.join(this.folder, 'applied.ndjson')),
    };
  }

  private tell(record: RunRecord, violations: readonly Violation[], missing: readonly string[]): void {
    const { name } = this.options;
    const lines = [
      `faults ${JSON.stringify(this.faults.counts())}`,
      `${record.operations.length} operations, ${this.workload.switched} times a connection off and on ${JSON.stringify(countsOf(record.operations.map(({ outcome }) => outcome)))}`,
      `${record.database.history.length} deliveries ${JSON.stringify(
        countsOf(record.database.history.map(({ kind, state }) => `${kind} ${state}`)),
      )}`,
      `${record.applied.length} lines in the vendors' log, ${violations.length} violations`,
      ...missing.map((what) => `MISSING ${what}`),
      ...violations.slice(0, 40).map(({ law, what }) => `${law}: ${what}`),
      ...(violations.length + missing.length > 0
        ? [`judge it again: npm run faults -- --check ${this.folder}`]
        : []),
    ];
    process.stdout.write(lines.map((line) => `${name}: ${line}\n`).join(''));
  }
}

async function connect(product: Product, api: Api, vendors: readonly FaultVendor[]) {
  const connections = new Map<string, Connection>();
  const audiences = new Map<string, string>();
  const campaign = await api.must(api.post<AffiliateCampaign>('campaigns', { name: 'Faults' }));
  for (const { slug, settings } of vendors) {
    const { accounts } = await control<{ accounts: { credentials: object }[] }>(
      product.sandboxUrl,
      slug,
      'GET',
      'accounts',
    );
    const listed = await control<{ audiences: { id: string }[] }>(
      product.sandboxUrl,
      slug,
      'GET',
      'audiences',
    );
    const audience = listed.audiences[0]?.id ?? '';
    audiences.set(slug, audience);
    const connection = await api.must(
      api.post<Connection>('connections', {
        provider: slug,
        environment: 'sandbox',
        credentials: accounts[0]?.credentials,
        defaultAudience: audience,
        settings,
      }),
    );
    connections.set(slug, connection);
    await api.must(api.put(`campaigns/${campaign.id}/destinations/${connection.id}`, {}));
  }
  return { connections, audiences, campaign };
}

function countsOf(list: readonly string[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const item of list) found[item] = (found[item] ?? 0) + 1;
  return found;
}
