import { createDataSource, Tenancy } from '@rekomi/database';
import { migratedTestDatabase, RedisServer, type TestDatabase } from '@rekomi/database/testing';
import { ApiKeyService, OrganizationService } from '@rekomi/identity';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

import { Api } from './api.js';
import { ChildProgram } from './child-program.js';
import { EmulatedVendor } from './emulated-vendor.js';
import { eventually } from './eventually.js';

export type Role = 'all' | 'api' | 'worker';

export interface ProductOptions {
  /** One server process each; `['all']` unless told. */
  readonly roles?: readonly Role[];
  /** What wakes workers; PostgreSQL, or what TEST_QUEUE names. */
  readonly queue?: 'postgres' | 'redis';
  /** For every server, over the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** What one server has in place of, or beside, what the others have: asked at each start of it. */
  readonly envOf?: (server: number, parts: ProductParts) => Readonly<Record<string, string>>;
  /** A database with the newest schema, dropped in the end; by default one on the server that all tests share. */
  readonly database?: () => Promise<TestDatabase>;
  /** In place of the sandbox that is delivered: a script, its arguments, and environment over the defaults. */
  readonly sandbox?: SandboxProgram;
}

/** What a server talks to. */
export interface ProductParts {
  readonly sandboxUrl: string;
  readonly databaseUrl: string;
  /** Undefined: the database wakes. */
  readonly redisUrl?: string;
}

export interface SandboxProgram {
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface TestOrganization {
  readonly organizationId: string;
  readonly apiKey: string;
  readonly api: Api;
}

const SERVER = path.resolve('apps/server/dist/main.js');
const SANDBOX = path.resolve('apps/sandbox/dist/main.js');

/** The built product as processes of its own, on a database, a sandbox and a data folder that nobody else uses. */
export class Product {
  private readonly servers: (ChildProgram | undefined)[] = [];
  private sandboxProgram: ChildProgram | undefined;
  private sandboxPort = 0;

  private constructor(
    private readonly database: TestDatabase,
    private readonly folder: string,
    private readonly roles: readonly Role[],
    private readonly env: Readonly<Record<string, string>>,
    private readonly envOf: NonNullable<ProductOptions['envOf']>,
    private readonly sandbox: SandboxProgram,
    /** Undefined: the database wakes. */
    readonly redis: RedisServer | undefined,
  ) {}

  static async start({
    roles = ['all'],
    queue = queueOfRun(),
    env = {},
    envOf = () => ({}),
    database = migratedTestDatabase,
    sandbox = { script: SANDBOX, args: [], env: {} },
  }: ProductOptions = {}): Promise<Product> {
    for (const script of [SERVER, sandbox.script]) {
      if (!existsSync(script)) throw new Error(`${script} is missing: these tests need the build.`);
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'rekomi-e2e-'));
    const redis = queue === 'redis' ? await RedisServer.start() : undefined;
    const product = new Product(await database(), folder, roles, env, envOf, sandbox, redis);
    try {
      await product.startSandbox();
      for (const index of roles.keys()) await product.startServer(index);
    } catch (err) {
      await product.stop();
      throw err;
    }
    return product;
  }

  /** Of the first server that answers requests. */
  get url(): string {
    return this.server(this.roles.findIndex((role) => role !== 'worker')).url;
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.sandboxPort}`;
  }

  get parts(): ProductParts {
    return {
      sandboxUrl: this.sandboxUrl,
      databaseUrl: this.database.appUrl,
      ...(this.redis === undefined ? {} : { redisUrl: this.redis.url }),
    };
  }

  get superuserUrl(): string {
    return this.database.superuserUrl;
  }

  /** Of the role that the product logs in as. */
  get runtimeUrl(): string {
    return this.database.appUrl;
  }

  get serverLog(): string {
    return path.join(this.folder, 'server.log');
  }

  /** Everything the servers printed, of all starts. */
  async log(): Promise<string> {
    return readFile(this.serverLog, 'utf8');
  }

  /** A new organisation and a key for it that may do everything. */
  async createOrganization(
    name: string,
    scope: 'read' | 'read_write' = 'read_write',
  ): Promise<TestOrganization> {
    return this.identity(async (organizations, keys) => {
      const slug = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${randomBytes(3).toString('hex')}`;
      const { id } = await organizations.create(name, slug);
      const { secret } = await keys.create(id, { name: 'e2e', scope, environment: 'test' });
      return { organizationId: id, apiKey: secret, api: this.api(secret) };
    });
  }

  /** A further key for an organisation. */
  async createKey(organizationId: string, scope: 'read' | 'read_write'): Promise<Api> {
    return this.identity(async (_, keys) => {
      const { secret } = await keys.create(organizationId, { name: 'e2e', scope, environment: 'test' });
      return this.api(secret);
    });
  }

  api(apiKey: string | undefined): Api {
    return new Api(() => this.url, apiKey);
  }

  /** @param workspace id, site id or name; by default the European demo workspace */
  vendor(workspace = 'sandbox-site-eu'): EmulatedVendor {
    return new EmulatedVendor(() => this.sandboxUrl, workspace);
  }

  /** Runs SQL past row-level security. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client(this.superuserUrl);
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async startServer(index = 0): Promise<void> {
    const role = this.roles[index] ?? 'all';
    const program = await ChildProgram.start(
      SERVER,
      {
        ROLE: role,
        PORT: '0',
        DATABASE_URL: this.database.appUrl,
        ...(this.redis === undefined ? {} : { REDIS_URL: this.redis.url }),
        SANDBOX_URL: this.sandboxUrl,
        REKOMI_DATA: this.folder,
        API_REQUESTS_PER_MINUTE: '1000000',
        DATABASE_POOL_API: '5',
        DATABASE_POOL_ENGINE: '5',
        ...this.env,
        ...this.envOf(index, this.parts),
      },
      this.serverLog,
    );
    this.servers[index] = program;
    await eventually(`the server (${role}) is ready`, async () => {
      return (await fetch(`${program.url}/readyz`)).status === 200;
    });
  }

  /** Kills a server as a power cut would. */
  killServer(index = 0): Promise<void> {
    return this.server(index).kill();
  }

  roleOf(index: number): Role {
    return this.roles[index] ?? 'all';
  }

  /** The process of a server as it runs now. */
  serverProcess(index = 0): ChildProgram {
    return this.server(index);
  }

  /** Ends a server as an operator would. */
  stopServer(index = 0): Promise<number | null> {
    return this.server(index).stop();
  }

  /** On the same port and the same journal as before. */
  async startSandbox(): Promise<void> {
    this.sandboxProgram = await ChildProgram.start(
      this.sandbox.script,
      {
        SANDBOX_PORT: String(this.sandboxPort),
        SANDBOX_DATA: path.join(this.folder, 'sandbox'),
        ...this.sandbox.env,
      },
      path.join(this.folder, 'sandbox.log'),
      this.sandbox.args,
    );
    this.sandboxPort = this.sandboxProgram.port;
  }

  async killSandbox(): Promise<void> {
    await this.sandboxProgram?.kill();
  }

  /** Ends every process and removes database and files. With KEEP_E2E set the folder stays, for reading the logs. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map(async (server) => server?.stop()));
    await this.sandboxProgram?.stop();
    await this.redis?.stop();
    await this.database.drop();
    if (process.env['KEEP_E2E'] === undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private server(index: number): ChildProgram {
    const program = this.servers[index];
    if (program === undefined) throw new Error(`Server ${index} was never started.`);
    return program;
  }

  private async identity<T>(
    work: (organizations: OrganizationService, keys: ApiKeyService) => Promise<T>,
  ): Promise<T> {
    const dataSource = createDataSource({
      url: this.database.appUrl,
      poolSize: 1,
      applicationName: 'e2e',
    });
    await dataSource.initialize();
    try {
      const tenancy = new Tenancy(dataSource);
      return await work(new OrganizationService(tenancy), new ApiKeyService(tenancy));
    } finally {
      await dataSource.destroy();
    }
  }
}

function queueOfRun(): 'postgres' | 'redis' {
  return process.env['TEST_QUEUE'] === 'redis' ? 'redis' : 'postgres';
}
