import 'reflect-metadata';

import { Controller, Get, Module, Post } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { migratedTestDatabase } from '@rekomi/database/testing';
import {
  type Answer,
  createHttpAdapter,
  HttpApiModule,
  Idempotent,
  type IdempotentCall,
  IdempotentWork,
  RateLimitGuard,
} from '@rekomi/http';
import type { DataSource } from 'typeorm';

import { Public, RequiresScope } from './access/access.decorators.js';
import { AccessGuard } from './access/access.guard.js';
import { CurrentTenant, type Tenant } from './access/tenant.js';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { ApiKeyService } from './api-keys/api-key.service.js';
import { generateApiKey, hashApiKey } from './api-keys/api-key-text.js';
import { IdentityModule } from './identity.module.js';
import { OrganizationService } from './organizations/organization.service.js';

/** Named after routes of the product, because the table of permissions goes by their names. */
@Controller()
class WhoController {
  constructor(private readonly idempotent: IdempotentWork) {}

  @Get('who')
  getCampaign(@CurrentTenant() tenant: Tenant): Tenant {
    return tenant;
  }

  @Post('who')
  updateCampaign(@CurrentTenant() tenant: Tenant): Tenant {
    return tenant;
  }

  @Post('preview')
  @RequiresScope('read')
  verifyCredentials(@CurrentTenant() tenant: Tenant): Tenant {
    return tenant;
  }

  @Public()
  @Get('open')
  open(): object {
    return { open: true };
  }

  @Post('once')
  createCampaign(@Idempotent() call: IdempotentCall): Promise<object> {
    return this.idempotent.run(call, (): Promise<Answer<object>> =>
      Promise.resolve({ status: 202, body: { at: performance.now() } }),
    );
  }
}

let database: Awaited<ReturnType<typeof migratedTestDatabase>>;
let dataSource: DataSource;
let app: NestFastifyApplication;
let origin: string;
let acme: string;
let globex: string;

beforeAll(async () => {
  database = await migratedTestDatabase();
  dataSource = createDataSource({ url: database.appUrl, poolSize: 5, applicationName: 'test' });
  await dataSource.initialize();

  @Module({ providers: [{ provide: Tenancy, useValue: new Tenancy(dataSource) }], exports: [Tenancy] })
  class TenancyModule {}

  @Module({
    imports: [
      { module: TenancyModule, global: true },
      HttpApiModule.register({ docsUrl: '/problems', requestsPerMinute: 30 }),
      IdentityModule,
    ],
    controllers: [WhoController],
    providers: [
      { provide: APP_GUARD, useExisting: AccessGuard },
      { provide: APP_GUARD, useExisting: RateLimitGuard },
    ],
  })
  class TestModule {}

  app = await NestFactory.create<NestFastifyApplication>(
    TestModule,
    createHttpAdapter({ bodyLimit: 1000, docsUrl: '/problems' }),
    {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    },
  );
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
  acme = (await app.get(OrganizationService).create('Acme', 'acme')).id;
  globex = (await app.get(OrganizationService).create('Globex', 'globex')).id;
});

afterAll(async () => {
  await app.close();
  await dataSource.destroy();
  await database.drop();
});

const call = (
  method: string,
  path: string,
  key?: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${origin}${path}`, {
    method,
    headers: { ...headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
  });

const newKey = async (
  scope: 'read' | 'read_write' = 'read_write',
  expiresAt?: Date,
): Promise<{ id: string; secret: string }> => {
  const { apiKey, secret } = await app.get(ApiKeyService).create(acme, {
    name: 'k',
    scope,
    environment: 'test',
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return { id: apiKey.id, secret };
};

describe('a request', () => {
  it('with a good key acts for the key’s organisation', async () => {
    const { id, secret } = await newKey();
    const answer = await call('GET', '/who', secret);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      organizationId: acme,
      callerId: id,
      actor: { kind: 'api_key', id, label: 'k', environment: 'test', scope: 'read_write' },
    });
  });

  it('without a key is refused, and told how to send one', async () => {
    const answer = await call('GET', '/who');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="rekomi"');
    expect(await answer.json()).toMatchObject({ code: 'api_key_missing' });
  });

  it.each(['Basic cms6cms=', 'Bearer', 'rk_live_x'])(
    'with the header %j counts as one without a key',
    async (authorization) => {
      const answer = await fetch(`${origin}/who`, { headers: { authorization } });
      expect(await answer.json()).toMatchObject({ code: 'api_key_missing' });
    },
  );

  it('with a key that nobody created is refused', async () => {
    const answer = await call('GET', '/who', generateApiKey('test').secret);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="rekomi", error="invalid_token"');
    expect(await answer.json()).toMatchObject({ code: 'api_key_unknown' });
  });

  it('with a mistyped key is refused, and the key is not repeated', async () => {
    const mistyped = generateApiKey('test').secret.slice(0, -1);
    const answer = await call('GET', '/who', mistyped);
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({ status: 401, code: 'api_key_malformed' });
    expect(body).not.toContain(mistyped.slice(8, 20));
  });

  it('with a revoked key is refused at once', async () => {
    const { id, secret } = await newKey();
    expect((await call('GET', '/who', secret)).status).toBe(200);
    await app.get(ApiKeyService).revoke(acme, id);
    expect(await (await call('GET', '/who', secret)).json()).toMatchObject({
      status: 401,
      code: 'api_key_revoked',
    });
  });

  it('with a secret that is no longer the key’s is refused, also when it was good a moment ago', async () => {
    const { id, secret } = await newKey();
    expect((await call('GET', '/who', secret)).status).toBe(200);
    const hash = hashApiKey(generateApiKey('test').secret);
    await new Tenancy(dataSource).run(acme, (tx) =>
      tx.query('UPDATE api_key SET secret_hash = $2 WHERE id = $1', [id, hash]),
    );
    expect(await (await call('GET', '/who', secret)).json()).toMatchObject({ code: 'api_key_unknown' });
  });

  it('with an expired key is refused', async () => {
    const { secret } = await newKey('read', new Date(Date.now() - 1000));
    expect(await (await call('GET', '/who', secret)).json()).toMatchObject({
      status: 401,
      code: 'api_key_expired',
    });
    const later = await newKey('read', new Date(Date.now() + 60_000));
    expect((await call('GET', '/who', later.secret)).status).toBe(200);
  });

  it('that changes something needs a key that may', async () => {
    const { secret } = await newKey('read');
    const answer = await call('POST', '/who', secret);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'scope_missing' });
    expect((await call('GET', '/who', secret)).status).toBe(200);
    expect((await call('POST', '/preview', secret)).status).toBe(201);
  });

  it('to a public route needs no key', async () => {
    expect(await (await call('GET', '/open')).json()).toEqual({ open: true });
  });

  it('with an Idempotency-Key is answered once with the status of its work', async () => {
    const { secret } = await newKey();
    const headers = { 'idempotency-key': '"order-17"' };
    const first = await call('POST', '/once', secret, headers);
    expect(first.status).toBe(202);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await call('POST', '/once', secret, headers);
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(await first.json());
  });

  it('beyond the budget of its key is told when to come back, and other keys are not affected', async () => {
    const { secret } = await newKey('read');
    const answers = await Promise.all(Array.from({ length: 31 }, () => call('GET', '/who', secret)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    expect(await refused[0]?.json()).toMatchObject({ code: 'rate_limited' });
    const header = (name: string): string | null | undefined => refused[0]?.headers.get(name);
    expect(header('retry-after')).toBe('2');
    expect(header('ratelimit-policy')).toBe('"default";q=30;w=60');
    expect(header('ratelimit')).toBe('"default";r=0;t=60');
    expect(header('x-ratelimit-remaining')).toBe('0');
    expect((await call('GET', '/who', (await newKey()).secret)).status).toBe(200);
  });
});

describe('API keys', () => {
  it('are listed without their secret', async () => {
    const { id, secret } = await newKey();
    const listed = await app.get(ApiKeyService).list(acme);
    expect(listed.find((key) => key.id === id)).toMatchObject({
      lastFour: secret.slice(-4),
      revokedAt: null,
    });
    expect(JSON.stringify(listed)).not.toContain(secret.slice(12));
  });

  it('of another organisation are neither listed nor revoked', async () => {
    const { id, secret } = await newKey();
    expect(await app.get(ApiKeyService).list(globex)).toEqual([]);
    await expect(app.get(ApiKeyService).revoke(globex, id)).rejects.toMatchObject({
      problem: { code: 'not_found' },
    });
    expect((await call('GET', '/who', secret)).status).toBe(200);
  });

  it('tell when they were last used', async () => {
    const { id, secret } = await newKey();
    await call('GET', '/who', secret);
    await app.get(ApiKeyAuthenticator).onModuleDestroy();
    const used = (await app.get(ApiKeyService).list(acme)).find((key) => key.id === id);
    expect(used?.lastUsedAt).toBeInstanceOf(Date);
  });

  it('are marked as used at most once a minute', async () => {
    const { id, secret } = await newKey();
    const lastUse = async (): Promise<number | undefined> => {
      await call('GET', '/who', secret);
      await app.get(ApiKeyAuthenticator).onModuleDestroy();
      return (await app.get(ApiKeyService).list(acme)).find((key) => key.id === id)?.lastUsedAt?.getTime();
    };
    const first = await lastUse();
    expect(await lastUse()).toBe(first);
  });
});

describe('organisations', () => {
  it('are found by slug', async () => {
    expect(await app.get(OrganizationService).findBySlug('globex')).toBe(globex);
    expect(await app.get(OrganizationService).findBySlug('nobody')).toBeUndefined();
  });

  it('have unique, well-formed slugs', async () => {
    await expect(app.get(OrganizationService).create('Acme 2', 'acme')).rejects.toMatchObject({
      problem: { code: 'already_exists', errors: [{ pointer: '#/slug' }] },
    });
    await expect(app.get(OrganizationService).create('Acme 2', 'Not a slug')).rejects.toMatchObject({
      problem: { code: 'validation_failed', errors: [{ pointer: '#/slug' }] },
    });
  });
});
