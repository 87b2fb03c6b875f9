import 'reflect-metadata';

import { Body, Controller, Get, Module, Patch, Post } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import {
  createHttpAdapter,
  currentRequest,
  HttpApiModule,
  Idempotent,
  type IdempotentCall,
  IdempotentWork,
  problem,
  ResourceId,
} from '@rekomi/http';
import { connect } from 'node:net';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';

import { AccessGuard } from '../access/access.guard.js';
import { CurrentTenant, type Tenant } from '../access/tenant.js';
import { ApiKeyService } from '../api-keys/api-key.service.js';
import { IdentityModule } from '../identity.module.js';
import { OrganizationService } from '../organizations/organization.service.js';
import type { AuditEntry } from './audit-entry.js';
import { AuditLogReader, positionOf } from './audit-log-reader.js';
import { AuditTrail } from './audit-trail.js';
import { Audited } from './audited.decorator.js';
import { describeEffect } from './describe-effect.js';

/** What the effect is in this test: a row of the organisation’s name. */
const rename = 'UPDATE organization SET name = $1';

/** Waits until the client of the request that runs is gone. */
async function hangUp(): Promise<void> {
  while (currentRequest()?.raw.socket.destroyed === false)
    await new Promise((resolve) => setTimeout(resolve, 2));
}

// Methods are called as routes of the product, because only those have permissions.
@Controller('campaigns')
class CampaignsController {
  constructor(
    private readonly idempotent: IdempotentWork,
    private readonly tenancy: Tenancy,
  ) {}

  @Post()
  @Audited('campaign.created', { label: 'name', counts: ['made', 'skipped'] })
  createCampaign(@Idempotent() call: IdempotentCall, @Body() body: { name: string }): Promise<object> {
    return this.idempotent.run(call, async (tx) => {
      if (body.name === 'slow') await hangUp();
      await tx.query(rename, [body.name]);
      describeEffect({ details: { changes: { name: { from: 'a', to: 'b' } } } });
      if (body.name === 'refused') throw problem('state_conflict');
      return { status: 201, body: { id: newId(), name: body.name, made: 3, skipped: 0 } };
    });
  }

  @Patch(':id')
  @Audited('campaign.updated')
  async updateCampaign(
    @ResourceId('campaign') id: string,
    @CurrentTenant() tenant: Tenant,
    @Body() body: { name: string },
  ): Promise<object> {
    return this.idempotent.change(tenant.organizationId, async (tx) => {
      await tx.query(rename, [body.name]);
      if (body.name === 'same') describeEffect({ unchanged: true });
      return { id };
    });
  }

  /** Its effect is in a transaction of its own. */
  @Post(':id/connections/:connectionId')
  @Audited('connection.paused', { id: 'connectionId' })
  async pauseConnection(@CurrentTenant() tenant: Tenant, @Body() body?: { name: string }): Promise<object> {
    await this.tenancy.run(tenant.organizationId, (tx) => tx.query(rename, ['paused']));
    if (body?.name === 'refused') throw problem('state_conflict');
    return {};
  }

  @Get()
  listCampaigns(): object {
    return {};
  }

  /** For people only. */
  @Get('keys')
  createApiKey(): object {
    return {};
  }
}

let database: TestDatabase;
let dataSource: DataSource;
let superuser: pg.Pool;
let tenancy: Tenancy;
let app: NestFastifyApplication;
let origin: string;
let acme: string;
let key: { readonly id: string; readonly secret: string };
let readKey: string;

beforeAll(async () => {
  database = await migratedTestDatabase();
  dataSource = createDataSource({ url: database.appUrl, poolSize: 8, applicationName: 'test' });
  await dataSource.initialize();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  tenancy = new Tenancy(dataSource);

  @Module({ providers: [{ provide: Tenancy, useValue: tenancy }], exports: [Tenancy] })
  class TenancyModule {}
  @Module({
    imports: [
      { module: TenancyModule, global: true },
      HttpApiModule.register({ docsUrl: '/problems', requestsPerMinute: 1000 }),
      IdentityModule,
    ],
    controllers: [CampaignsController],
    providers: [{ provide: APP_GUARD, useExisting: AccessGuard }],
  })
  class TestModule {}
  app = await NestFactory.create<NestFastifyApplication>(
    TestModule,
    createHttpAdapter({ bodyLimit: 10_000, docsUrl: '/problems', trustProxy: ['127.0.0.1'] }),
    { bodyParser: false, logger: false, abortOnError: false },
  );
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
  acme = (await app.get(OrganizationService).create('Acme', 'acme')).id;
  const keys = app.get(ApiKeyService);
  const made = await keys.create(acme, { name: 'Shop', environment: 'test', scope: 'read_write' });
  key = { id: made.apiKey.id, secret: made.secret };
  readKey = (await keys.create(acme, { name: 'Reader', environment: 'test', scope: 'read' })).secret;
});

beforeEach(() => emptyTables(superuser, 'audit_entry, idempotency_key'));

afterAll(async () => {
  await app.close();
  await dataSource.destroy();
  await superuser.end();
  await database.drop();
});

const call = (
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
  secret = key.secret,
): Promise<Response> =>
  fetch(`${origin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      'x-forwarded-for': '203.0.113.7',
      'user-agent': 'shop/1.0',
      'x-request-id': 'r-17',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const entries = (filter = {}): Promise<readonly AuditEntry[]> =>
  app.get(AuditLogReader).list(acme, filter, { limit: 100 });
/** The entries, once there are some. */
const until = async (): Promise<readonly AuditEntry[]> => {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await entries();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return [];
};
const nameNow = async (): Promise<unknown> =>
  (await superuser.query<{ name: string }>('SELECT name FROM organization WHERE id = $1', [acme])).rows[0]
    ?.name;

describe('what is done', () => {
  it('is on record with who, what, where from and which fields, and without what was in them', async () => {
    const answer = await call('POST', '/campaigns', { name: 'Summer', secret: 'hunter2' });
    const { id } = (await answer.json()) as { id: string };
    expect(await entries()).toEqual([
      {
        id: expect.any(String),
        at: expect.any(Date),
        actorKind: 'api_key',
        actorId: key.id,
        actorLabel: 'Shop',
        action: 'campaign.created',
        resourceKind: 'campaign',
        resourceId: id,
        resourceLabel: 'Summer',
        outcome: 'done',
        code: null,
        details: {
          fields: ['name', 'secret'],
          made: 3,
          skipped: 0,
          changes: { name: { from: 'a', to: 'b' } },
        },
        ip: '203.0.113.7',
        userAgent: 'shop/1.0',
        requestId: 'r-17',
      },
    ]);
    expect(JSON.stringify(await entries())).not.toContain('hunter2');
  });

  it('is on record once however often it is repeated with its key', async () => {
    const headers = { 'idempotency-key': 'one' };
    await call('POST', '/campaigns', { name: 'Summer' }, headers);
    const again = await call('POST', '/campaigns', { name: 'Summer' }, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await entries()).toHaveLength(1);
    await call('POST', '/campaigns', { name: 'Summer' });
    expect(await entries()).toHaveLength(2);
  });

  it('is on record where the effect has a transaction of its own', async () => {
    const connectionId = newId();
    const campaignId = newId();
    await call('POST', `/campaigns/${campaignId}/connections/${connectionId}`);
    expect(await entries()).toMatchObject([
      {
        action: 'connection.paused',
        resourceKind: 'connection',
        resourceId: connectionId,
        details: { id: campaignId },
      },
    ]);
  });

  it('is on record for changes without a key, but not when nothing changed', async () => {
    const id = newId();
    await call('PATCH', `/campaigns/${id}`, { name: 'Winter' });
    await call('PATCH', `/campaigns/${id}`, { name: 'same' });
    expect(await entries()).toMatchObject([{ action: 'campaign.updated', resourceId: id }]);
  });

  it('and fails leaves neither effect nor entry', async () => {
    await call('POST', '/campaigns', { name: 'before' });
    expect((await call('POST', '/campaigns', { name: 'refused' })).status).toBe(409);
    expect(
      (await call('POST', `/campaigns/${newId()}/connections/${newId()}`, { name: 'refused' })).status,
    ).toBe(409);
    expect(await entries()).toHaveLength(1);
  });

  it('is undone when its entry cannot be written', async () => {
    await call('POST', '/campaigns', { name: 'before' });
    await superuser.query(`REVOKE INSERT ON audit_entry FROM rekomi_runtime`);
    try {
      expect((await call('POST', '/campaigns', { name: 'unrecorded' })).status).toBe(500);
      expect((await call('PATCH', `/campaigns/${newId()}`, { name: 'unrecorded' })).status).toBe(500);
      expect(await nameNow()).toBe('before');
    } finally {
      await superuser.query(`GRANT INSERT ON audit_entry TO rekomi_runtime`);
    }
  });

  it('at the same time by many is on record as often as it was done', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => call('POST', '/campaigns', { name: `c${index}` })),
    );
    expect(new Set((await entries()).map(({ resourceLabel }) => resourceLabel)).size).toBe(20);
  });

  it('names where it came from although the client has hung up since', async () => {
    const { hostname, port } = new URL(origin);
    const body = JSON.stringify({ name: 'slow' });
    const socket = connect(Number(port), hostname);
    const lines = [
      ...['POST /campaigns HTTP/1.1', 'Host: x', `Authorization: Bearer ${key.secret}`],
      ...['Content-Type: application/json', `Content-Length: ${body.length}`, '', body],
    ];
    await new Promise<void>((resolve) => socket.write(lines.join('\r\n'), () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect(await until()).toMatchObject([{ resourceLabel: 'slow', ip: '127.0.0.1' }]);
  });

  it('by reading is not on record', async () => {
    await call('GET', '/campaigns');
    expect(await entries()).toEqual([]);
  });
});

describe('what is refused', () => {
  it('is on record with the action that was meant and the reason', async () => {
    const id = newId();
    expect((await call('PATCH', `/campaigns/${id}`, { name: 'x' }, {}, readKey)).status).toBe(403);
    expect(await until()).toMatchObject([
      {
        action: 'campaign.updated',
        resourceId: id,
        outcome: 'refused',
        code: 'scope_missing',
        actorLabel: 'Reader',
        requestId: 'r-17',
      },
    ]);
  });

  it('on a route that is not audited is on record as the route', async () => {
    expect((await call('GET', '/campaigns/keys')).status).toBe(403);
    expect(await until()).toMatchObject([
      { action: 'access.refused', code: 'people_only', details: { method: 'GET', route: '/campaigns/keys' } },
    ]);
  });
});

describe('the audit log', () => {
  const note = (action: string, change = {}) =>
    app.get(AuditTrail).note(acme, { action, actor: { kind: 'system' }, ...change });

  it('cannot be changed or emptied by the product, nor changed by the owner of the tables', async () => {
    await note('campaign.created');
    for (const statement of [
      `UPDATE audit_entry SET action = 'a.b'`,
      'DELETE FROM audit_entry',
      'TRUNCATE audit_entry',
    ])
      await expect(tenancy.run(acme, (tx) => tx.query(statement))).rejects.toThrow('permission denied');
    await expect(superuser.query(`UPDATE audit_entry SET action = 'a.b'`)).rejects.toThrow('append-only');
    await expect(superuser.query('DELETE FROM audit_entry')).rejects.toThrow('append-only');
    expect(await entries()).toHaveLength(1);
  });

  it('is seen by its organisation only', async () => {
    const globex = (await app.get(OrganizationService).create('Globex', `globex-${newId().slice(-6)}`)).id;
    await note('campaign.created');
    expect(await app.get(AuditLogReader).list(globex, {}, { limit: 10 })).toEqual([]);
  });

  it('is searched by action, kind, resource, person, outcome, time and words', async () => {
    const person = newId();
    await note('campaign.created', { resource: { id: 'c-1', label: '100% Summer_Sale' } });
    await note('campaign.updated', { actor: { kind: 'user', id: person, label: 'Mara@acme.example' } });
    await note('session.opened', { outcome: 'refused', code: 'password_wrong' });
    const found = async (filter: object): Promise<readonly string[]> =>
      (await entries(filter)).map(({ action }) => action);
    expect(await found({ action: 'campaign' })).toEqual(['campaign.updated', 'campaign.created']);
    expect(await found({ action: 'campaign.created' })).toEqual(['campaign.created']);
    expect(await found({ actorId: person })).toEqual(['campaign.updated']);
    expect(await found({ resourceKind: 'session' })).toEqual(['session.opened']);
    expect(await found({ resourceId: 'c-1' })).toEqual(['campaign.created']);
    expect(await found({ outcome: 'refused' })).toEqual(['session.opened']);
    expect(await found({ text: 'mara@ACME' })).toEqual(['campaign.updated']);
    expect(await found({ text: '100% summer_' })).toEqual(['campaign.created']);
    expect(await found({ text: '100_' })).toEqual([]);
    expect(await found({ text: 'password_wrong' })).toEqual(['session.opened']);
    expect(await found({ to: new Date(Date.now() - 60_000) })).toEqual([]);
    expect(await found({ from: new Date(Date.now() - 60_000) })).toHaveLength(3);
  });

  it('is paged and exported without losing or repeating an entry, those of one millisecond included', async () => {
    await tenancy.run(acme, (tx) =>
      tx.query(
        `INSERT INTO audit_entry (id, organization_id, at, actor_kind, action, resource_kind, outcome)
         SELECT new_id(), $1, '2026-11-24T00:00:00Z'::timestamptz + (n / 7) * interval '1 millisecond', 'system', 'a.b', 'a', 'done'
         FROM generate_series(1, 2500) n`,
        [acme],
      ),
    );
    const reader = app.get(AuditLogReader);
    const paged: string[] = [];
    let after: ReturnType<typeof positionOf> | undefined;
    for (;;) {
      const page = await reader.list(acme, {}, { ...(after === undefined ? {} : { after }), limit: 90 });
      paged.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (last === undefined) break;
      after = positionOf(last);
    }
    const exported: string[] = [];
    for await (const { id } of reader.all(acme, {})) exported.push(id);
    expect(new Set(paged).size).toBe(2500);
    expect(paged).toHaveLength(2500);
    expect(exported).toEqual(paged);
  });

  it('takes names with characters that PostgreSQL does not, and cuts what is endless', async () => {
    await note('campaign.created', {
      resource: { label: `a\0${'b'.repeat(1000)}` },
      details: { text: 'x\0y \\u0000', much: 'z'.repeat(100) },
    });
    await note('campaign.updated', { details: { much: 'z'.repeat(100_000) } });
    const [large, small] = await entries();
    expect(small).toMatchObject({ details: { text: 'xy \\u0000' } });
    expect(small?.resourceLabel).toHaveLength(300);
    expect(large?.details).toEqual({ truncated: true });
  });
});
