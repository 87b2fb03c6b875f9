import { randomUUID } from 'node:crypto';

import { Module, RequestMethod } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { createHttpAdapter, HttpApiModule } from '@rekomi/http';
import { AccessGuard, ApiKeyService, IdentityModule, OrganizationService } from '@rekomi/identity';
import { MailOutbox } from '@rekomi/mail';
import { InviteLinks, programEntities, VendorManifests } from '@rekomi/programs';
import { DeliveryReader, SqlOutbox, SyncOutbox } from '@rekomi/sync';
import { Vault, VaultKeyring } from '@rekomi/vault';
import pg from 'pg';
import { createElement } from 'react';
import type { DataSource } from 'typeorm';

import { ProblemPage } from '../../pages/problem-page.js';
import { renderPage } from '../../pages/render-page.js';
import { ProgramsApiModule } from '../../programs/programs-api.module.js';
import { PublicUrl } from '../../resources/public-url.js';
import { SERVER_SETTINGS } from '../../resources/resources.module.js';
import { RecordingMailOutbox } from '../../applications/testing/recording-mail-outbox.js';
import { InvitesApiModule } from '../invites-api.module.js';

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Headers;
}

export interface CampaignSettings {
  readonly description?: string;
  readonly termsUrl?: string;
  readonly autoApprove?: boolean;
  readonly rules?: Readonly<Record<string, unknown>>;
  readonly archived?: boolean;
}

const BROWSER = { accept: 'text/html,application/xhtml+xml' };

/** Invites, the pages behind their links and suppressed addresses, over HTTP on a real database, with nobody who works the lanes off. */
export class InvitesBench {
  readonly mail = new RecordingMailOutbox();
  organizationId = '';
  origin = '';
  #key = '';
  #strangersKey = '';
  #app: NestFastifyApplication | undefined;

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
  ) {}

  static async open(): Promise<InvitesBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource(
      { url: database.appUrl, poolSize: 8, applicationName: 'invites-bench' },
      programEntities,
    );
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const bench = new InvitesBench(database, dataSource, superuser);
    await bench.#start();
    return bench;
  }

  async close(): Promise<void> {
    await this.#app?.close();
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  /** Also forgets how often an address tried, so that tests do not limit each other. */
  async reset(): Promise<void> {
    this.mail.messages.length = 0;
    this.mail.configured = false;
    await emptyTables(
      this.superuser,
      'connection, lane, delivery, affiliate, campaign, suppression, idempotency_key, request_limit CASCADE',
    );
  }

  /** A request of the merchant, or with `as: 'stranger'` of another one. */
  call(
    method: string,
    path: string,
    body?: unknown,
    options: { readonly as?: 'stranger'; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Reply> {
    return this.send(method, `/v1${path}`, {
      headers: {
        authorization: `Bearer ${options.as === 'stranger' ? this.#strangersKey : this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** Somebody opens a page in a browser. */
  open(path: string): Promise<Reply> {
    return this.send('GET', path, { headers: BROWSER });
  }

  /** Somebody sends a form in a browser; names with several values have a list. */
  post(path: string, fields: Readonly<Record<string, string | readonly string[]>>): Promise<Reply> {
    const body = new URLSearchParams(
      Object.entries(fields).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, one]),
      ),
    );
    return this.send('POST', path, {
      headers: { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    });
  }

  /** A script of some site sends JSON. */
  postJson(path: string, body: unknown): Promise<Reply> {
    return this.send('POST', path, {
      headers: { 'content-type': 'application/json', origin: 'https://www.example.net' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async send(method: string, path: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(`${this.origin}${path}`, { method, redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as Reply['body']) : {},
    };
  }

  /** Settings of a campaign, put there without the product. */
  async set(campaignId: string, settings: CampaignSettings): Promise<void> {
    await this.superuser.query(
      `UPDATE campaign SET terms_url = coalesce($2, terms_url), auto_approve = coalesce($3, auto_approve),
              rules = coalesce($4, rules), archived_at = CASE WHEN $5 THEN now() ELSE archived_at END WHERE id = $1`,
      [
        campaignId,
        settings.termsUrl ?? null,
        settings.autoApprove ?? null,
        settings.rules === undefined ? null : JSON.stringify(settings.rules),
        settings.archived ?? false,
      ],
    );
  }

  /** A campaign with one destination; @returns its slug. */
  async campaign(
    values: Record<string, unknown> = {},
    destination: Record<string, unknown> = {},
  ): Promise<{ readonly slug: string; readonly id: string; readonly connectionId: string }> {
    const { body } = await this.call('POST', '/campaigns', { name: 'Summer', ...values });
    const [id, slug] = [String(body['id']), String(body['slug'])];
    const connectionId = randomUUID();
    await this.superuser.query(
      `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
       VALUES ($1, $2, 'customer-io', 'Acme', 'sandbox', 'verified', $3)`,
      [connectionId, this.organizationId, Buffer.from(connectionId)],
    );
    await this.call('PUT', `/campaigns/${id}/destinations/${connectionId}`, destination);
    return { id, slug, connectionId };
  }

  /** The path of a link on this server. */
  path(link: unknown): string {
    return String(link).replace('https://crm.example.com', '');
  }

  /** Single values from the database, for what no route shows. */
  async rows<Row extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return (await this.superuser.query<Row>(sql, [...values])).rows;
  }

  async #start(): Promise<void> {
    const outbox = new SqlOutbox({
      wake: () => undefined,
      listen: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const tenancy = new Tenancy(this.dataSource);
    const addresses = new PublicUrl({ PUBLIC_URL: 'https://crm.example.com', PORT: 0 });
    const vault = new Vault(VaultKeyring.generate());
    const providers = [
      { provide: Tenancy, useValue: tenancy },
      { provide: SyncOutbox, useValue: outbox },
      { provide: DeliveryReader, useValue: new DeliveryReader(tenancy) },
      { provide: MailOutbox, useValue: this.mail },
      { provide: VendorManifests, useValue: { manifest: () => undefined } },
      { provide: SERVER_SETTINGS, useValue: { DOCS_URL: '/problems' } },
      { provide: PublicUrl, useValue: addresses },
      { provide: InviteLinks, useValue: new InviteLinks((purpose) => vault.derivedKeys(purpose), addresses) },
    ];

    @Module({})
    class GroundModule {}
    @Module({
      imports: [
        { module: GroundModule, global: true, providers, exports: providers.map(({ provide }) => provide) },
        HttpApiModule.register({
          docsUrl: '/problems',
          requestsPerMinute: 100_000,
          problemPage: (document) => renderPage(createElement(ProblemPage, { document })),
        }),
        IdentityModule,
        ProgramsApiModule,
        InvitesApiModule,
      ],
      providers: [{ provide: APP_GUARD, useExisting: AccessGuard }],
    })
    class BenchModule {}

    const adapter = createHttpAdapter({ bodyLimit: 5_000_000, docsUrl: '/problems' });
    this.#app = await NestFactory.create<NestFastifyApplication>(BenchModule, adapter, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    this.#app.setGlobalPrefix('v1', {
      exclude: ['invites/\\:token', 'unsubscribe/*path'].map((path) => ({ path, method: RequestMethod.ALL })),
    });
    await this.#app.listen(0, '127.0.0.1');
    this.origin = await this.#app.getUrl();
    const organizations = this.#app.get(OrganizationService);
    const keys = this.#app.get(ApiKeyService);
    const wanted = { name: 'bench', environment: 'test', scope: 'read_write' } as const;
    this.organizationId = (await organizations.create('One', 'one')).id;
    this.#key = (await keys.create(this.organizationId, wanted)).secret;
    this.#strangersKey = (await keys.create((await organizations.create('Two', 'two')).id, wanted)).secret;
  }
}
