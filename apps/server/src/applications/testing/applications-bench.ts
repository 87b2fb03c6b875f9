import { randomUUID } from 'node:crypto';

import { Module, RequestMethod } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { createHttpAdapter, HttpApiModule } from '@rekomi/http';
import { AccessGuard, ApiKeyService, IdentityModule, OrganizationService } from '@rekomi/identity';
import { MailOutbox } from '@rekomi/mail';
import { programEntities, ProgramsModule, VendorManifests } from '@rekomi/programs';
import { SqlOutbox, SyncOutbox } from '@rekomi/sync';
import pg from 'pg';
import { createElement } from 'react';
import type { DataSource } from 'typeorm';

import { ProblemPage } from '../../pages/problem-page.js';
import { renderPage } from '../../pages/render-page.js';
import { AffiliatesController } from '../../programs/affiliates.controller.js';
import { CampaignsController } from '../../programs/campaigns.controller.js';
import { DecisionsController } from '../../programs/decisions.controller.js';
import { ProgramCalls } from '../../programs/program-calls.js';
import { PublicUrl } from '../../resources/public-url.js';
import { ApplicationsApiModule } from '../applications-api.module.js';
import { RecordingMailOutbox } from './recording-mail-outbox.js';

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

/** Public pages and what the merchant sees of them, over HTTP on a real database, with nobody who works the lanes off. */
export class ApplicationsBench {
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

  static async open(): Promise<ApplicationsBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource(
      { url: database.appUrl, poolSize: 8, applicationName: 'applications-bench' },
      programEntities,
    );
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const bench = new ApplicationsBench(database, dataSource, superuser);
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
      'connection, lane, delivery, affiliate, campaign, idempotency_key, request_limit CASCADE',
    );
  }

  /** A request of the merchant, or with `as: 'stranger'` of another one. */
  call(
    method: string,
    path: string,
    body?: unknown,
    options: { readonly as?: 'stranger' } = {},
  ): Promise<Reply> {
    return this.send(method, `/v1${path}`, {
      headers: {
        authorization: `Bearer ${options.as === 'stranger' ? this.#strangersKey : this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
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

  /** A campaign with one destination; @returns its id and the path of its page. */
  async campaign(settings: CampaignSettings = {}): Promise<{ readonly id: string; readonly page: string }> {
    const { description = null } = settings;
    const { body } = await this.call('POST', '/campaigns', { name: 'Summer', description });
    const id = String(body['id']);
    await this.set(id, settings);
    const connectionId = randomUUID();
    await this.superuser.query(
      `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
       VALUES ($1, $2, 'customer-io', 'Acme', 'sandbox', 'verified', $3)`,
      [connectionId, this.organizationId, Buffer.from(connectionId)],
    );
    await this.superuser.query(
      `INSERT INTO campaign_destination (organization_id, campaign_id, connection_id) VALUES ($1, $2, $3)`,
      [this.organizationId, id, connectionId],
    );
    return { id, page: `/p/one/${String(body['slug'])}` };
  }

  async #start(): Promise<void> {
    const outbox = new SqlOutbox({
      wake: () => undefined,
      listen: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const providers = [
      { provide: Tenancy, useValue: new Tenancy(this.dataSource) },
      { provide: SyncOutbox, useValue: outbox },
      { provide: MailOutbox, useValue: this.mail },
      { provide: VendorManifests, useValue: { manifest: () => undefined } },
      { provide: PublicUrl, useValue: new PublicUrl({ PUBLIC_URL: 'https://crm.example.com', PORT: 0 }) },
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
        ProgramsModule.register(),
        ApplicationsApiModule,
      ],
      controllers: [CampaignsController, DecisionsController, AffiliatesController],
      providers: [ProgramCalls, { provide: APP_GUARD, useExisting: AccessGuard }],
    })
    class BenchModule {}

    const adapter = createHttpAdapter({ bodyLimit: 5_000_000, docsUrl: '/problems' });
    this.#app = await NestFactory.create<NestFastifyApplication>(BenchModule, adapter, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    this.#app.setGlobalPrefix('v1', { exclude: [{ path: 'p/*path', method: RequestMethod.ALL }] });
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
