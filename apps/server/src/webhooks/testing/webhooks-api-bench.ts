import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { ApiKeyService, OrganizationService } from '@rekomi/identity';
import { Vault, VaultKeyring } from '@rekomi/vault';
import pg from 'pg';
import { pino } from 'pino';
import { v7 as newId } from 'uuid';

import { readSettings } from '../../config/read-settings.js';
import { serverSettings } from '../../config/settings.js';
import { createApp } from '../../create-app.js';
import type { Databases } from '../../database/databases.js';
import { createDatabases } from '../../server.js';

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Headers;
}

const GIVE_UP_MS = 30_000;

/** The whole server in one process, engine included, with a receiver on loopback that the operator has opened. */
export class WebhooksApiBench {
  readonly received: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  /** What the receiver answers. */
  status = 204;
  organizationId = '';
  #key = '';
  #strangersKey = '';
  #origin = '';

  private constructor(
    private readonly database: TestDatabase,
    private readonly databases: Databases,
    readonly superuser: pg.Pool,
    private readonly receiver: Server,
    private readonly folder: string,
    readonly app: NestFastifyApplication,
  ) {}

  static async open(): Promise<WebhooksApiBench> {
    const database = await migratedTestDatabase();
    const folder = await mkdtemp(path.join(tmpdir(), 'rekomi-webhooks-'));
    const receiver = createServer();
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const settings = readSettings(serverSettings, {
      ...{ DATABASE_URL: database.appUrl, REKOMI_DATA: folder, ROLE: 'all', PORT: '0' },
      API_REQUESTS_PER_MINUTE: '1000000',
      // Nobody listens there: mail is only recorded.
      SMTP_URL: 'smtp://127.0.0.1:9',
      WEBHOOK_ALLOWED_HOSTS: `127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    });
    const databases = createDatabases(settings);
    await databases.open();
    const vault = new Vault(VaultKeyring.generate());
    const app = await createApp({ settings, databases, vault }, pino({ level: 'silent' }));
    await app.listen(0, '127.0.0.1');
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const bench = new WebhooksApiBench(database, databases, superuser, receiver, folder, app);
    receiver.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        bench.received.push({ headers: request.headers, body });
        response.writeHead(bench.status).end('so it was');
      });
    });
    await bench.#begin();
    return bench;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.databases.close();
    await this.superuser.end();
    this.receiver.closeAllConnections();
    await new Promise((resolve) => this.receiver.close(resolve));
    await this.database.drop();
    await rm(this.folder, { recursive: true });
  }

  async reset(): Promise<void> {
    this.status = 204;
    await this.superuser.query(`UPDATE webhook_endpoint SET state = 'disabled'`);
    await this.until('nobody works', async () => (await this.rows('SELECT 1 FROM lane')).length === 0);
    await emptyTables(
      this.superuser,
      `lane, delivery, delivery_total, webhook_endpoint, notice, mail, event, idempotency_key CASCADE`,
    );
    this.received.length = 0;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.receiver.address() as AddressInfo).port}/hooks`;
  }

  /** A request of the organisation, or with `as: 'stranger'` of another one. */
  async call(
    method: string,
    route: string,
    body?: unknown,
    options: { readonly as?: 'stranger'; readonly idempotencyKey?: string } = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.#origin}/v1${route}`, {
      method,
      headers: {
        authorization: `Bearer ${options.as === 'stranger' ? this.#strangersKey : this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? {} : (JSON.parse(text) as Reply['body']),
    };
  }

  /** Somebody new is approved in a campaign of their own, which is an event. @returns the id of the affiliate. */
  async approve(name: string): Promise<string> {
    const campaign = (await this.call('POST', '/campaigns', { name })).body['id'];
    const wanted = { email: `${newId()}@example.com`, name: 'Ada Lovelace', campaign, status: 'approved' };
    return String((await this.call('POST', '/affiliates', wanted)).body['id']);
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.superuser.query<Record<string, unknown>>(sql)).rows;
  }

  async until(what: string, reached: () => Promise<boolean> | boolean): Promise<void> {
    const end = performance.now() + GIVE_UP_MS;
    while (!(await reached())) {
      if (performance.now() > end) throw new Error(`It did not come to that: ${what}.`);
      await delay(10);
    }
  }

  async #begin(): Promise<void> {
    this.#origin = await this.app.getUrl();
    const organizations = this.app.get(OrganizationService);
    const keys = this.app.get(ApiKeyService);
    const wanted = { name: 'bench', environment: 'test', scope: 'read_write' } as const;
    this.organizationId = (await organizations.create('One', 'one')).id;
    this.#key = (await keys.create(this.organizationId, wanted)).secret;
    this.#strangersKey = (await keys.create((await organizations.create('Two', 'two')).id, wanted)).secret;
    const owner = newId();
    await this.superuser.query(
      `INSERT INTO app_user (id, email, name) VALUES ($1, 'owner@example.com', 'O')`,
      [owner],
    );
    await this.superuser.query(
      `INSERT INTO membership (organization_id, user_id, role) VALUES ($1, $2, 'owner')`,
      [this.organizationId, owner],
    );
  }
}
