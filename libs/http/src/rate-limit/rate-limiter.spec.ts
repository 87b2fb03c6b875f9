import 'reflect-metadata';

import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';

import { HttpApiModule } from '../http-api.module.js';
import { createHttpAdapter } from '../server/http-adapter.js';
import { Limited } from './limited.decorator.js';
import { RateLimiter } from './rate-limiter.js';

@Controller('p')
class FormController {
  @Post('form')
  @Limited('application', { perMinute: 2, burst: 3 })
  send(): object {
    return {};
  }

  @Post('open')
  open(): object {
    return {};
  }
}

let database: TestDatabase;
let dataSource: DataSource;
let superuser: pg.Pool;
let tenancy: Tenancy;
let app: NestFastifyApplication;
let origin: string;

beforeAll(async () => {
  database = await migratedTestDatabase();
  dataSource = createDataSource({ url: database.appUrl, poolSize: 10, applicationName: 'test' });
  await dataSource.initialize();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  tenancy = new Tenancy(dataSource);

  @Module({ providers: [{ provide: Tenancy, useValue: tenancy }], exports: [Tenancy] })
  class TenancyModule {}
  @Module({
    imports: [
      { module: TenancyModule, global: true },
      HttpApiModule.register({
        docsUrl: '/problems',
        problemPage: ({ title, detail }) => `<h1>${title}</h1><p>${detail}</p>`,
        requestsPerMinute: 60,
      }),
    ],
    controllers: [FormController],
  })
  class TestModule {}
  app = await NestFactory.create<NestFastifyApplication>(
    TestModule,
    createHttpAdapter({ bodyLimit: 1000, docsUrl: '/problems', trustProxy: ['127.0.0.1'] }),
    { bodyParser: false, logger: false, abortOnError: false },
  );
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
});

beforeEach(() => emptyTables(superuser, 'request_limit'));

afterAll(async () => {
  await app.close();
  await dataSource.destroy();
  await superuser.end();
  await database.drop();
});

/** As if the given time had passed, for every subject. */
const pass = (seconds: number) =>
  superuser.query(`UPDATE request_limit SET full_at = full_at - make_interval(secs => $1)`, [seconds]);

const send = (address: string, headers: Record<string, string> = {}) =>
  fetch(`${origin}/p/form`, { method: 'POST', headers: { 'x-forwarded-for': address, ...headers } });

describe('a limit', () => {
  const limit = { perMinute: 1, burst: 3 };

  it('grants a burst, then one try at a time as they come back', async () => {
    const tries = async (count: number) => {
      // A limiter that has not refused anybody asks the database each time.
      const limiter = new RateLimiter(tenancy);
      const granted: boolean[] = [];
      for (let index = 0; index < count; index += 1)
        granted.push((await limiter.take('sign_in', 'ada@example.com', limit)).granted);
      return granted;
    };
    expect(await tries(4)).toEqual([true, true, true, false]);
    await pass(61);
    expect(await tries(2)).toEqual([true, false]);
    await pass(1000);
    expect(await tries(4)).toEqual([true, true, true, false]);
  });

  it('outlives the process, and holds for several at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => new RateLimiter(tenancy).take('sign_in', 'bo@example.com', limit)),
    );
    expect(all.filter(({ granted }) => granted)).toHaveLength(3);
    const refused = await new RateLimiter(tenancy).take('sign_in', 'bo@example.com', limit);
    expect(refused).toMatchObject({ granted: false, remaining: 0, retryAfter: 60, resetAfter: 180 });
  });

  it('knows each subject and each purpose by itself, and stores no address', async () => {
    const limiter = new RateLimiter(tenancy);
    for (const [name, subject] of [
      ['sign_in', 'cy@example.com'],
      ['sign_in', 'di@example.com'],
      ['reset', 'cy@example.com'],
    ] as const)
      expect(await limiter.take(name, subject, { perMinute: 1 })).toMatchObject({ granted: true });
    const stored = await superuser.query<{ text: string }>(
      `SELECT encode(key, 'escape') AS text FROM request_limit`,
    );
    expect(stored.rows).toHaveLength(3);
    expect(JSON.stringify(stored.rows)).not.toContain('example');
  });

  it('is not made worse by those who go on trying', async () => {
    const limiter = new RateLimiter(tenancy);
    for (let index = 0; index < 50; index += 1) await limiter.take('sign_in', 'ed@example.com', limit);
    await pass(61);
    expect(await new RateLimiter(tenancy).take('sign_in', 'ed@example.com', limit)).toMatchObject({
      granted: true,
    });
  });

  it('spares the database whom it has just refused', async () => {
    const limiter = new RateLimiter(tenancy);
    for (let index = 0; index < 4; index += 1) await limiter.take('sign_in', 'fi@example.com', limit);
    await superuser.query('DELETE FROM request_limit');
    expect(await limiter.take('sign_in', 'fi@example.com', limit)).toMatchObject({
      granted: false,
      retryAfter: 60,
    });
  });

  it('is forgotten once the whole budget is back', async () => {
    await new RateLimiter(tenancy).take('sign_in', 'gil@example.com', limit);
    await tenancy.lookup('SELECT forget_limits()');
    expect((await superuser.query('SELECT FROM request_limit')).rowCount).toBe(1);
    await pass(61);
    await tenancy.lookup('SELECT forget_limits()');
    expect((await superuser.query('SELECT FROM request_limit')).rowCount).toBe(0);
  });

  it('throws a problem for callers that want one', async () => {
    const limiter = new RateLimiter(tenancy);
    await limiter.require('sign_in', 'hal@example.com', { perMinute: 0.2 });
    await expect(limiter.require('sign_in', 'hal@example.com', { perMinute: 0.2 })).rejects.toMatchObject({
      problem: { status: 429, code: 'too_many_attempts', headers: { 'retry-after': '300' } },
    });
  });
});

describe('a public form', () => {
  it('refuses an address that sends too often, and tells when to come back', async () => {
    const answers = [];
    for (let index = 0; index < 4; index += 1) answers.push(await send('203.0.113.7'));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"application";q=3;w=90');
    expect(answers[0]?.headers.get('ratelimit')).toBe('"application";r=2;t=30');
    const refused = answers[3];
    expect(refused?.headers.get('retry-after')).toBe('30');
    expect(refused?.headers.get('ratelimit')).toBe('"application";r=0;t=90');
    expect(await refused?.json()).toMatchObject({ code: 'too_many_attempts', status: 429 });
    expect((await send('203.0.113.8')).status).toBe(201);
  });

  it('counts a whole IPv6 network as one client', async () => {
    for (let index = 1; index <= 3; index += 1) await send(`2001:db8:1:2::${index}`);
    expect((await send('2001:db8:1:2:9:9:9:9')).status).toBe(429);
    expect((await send('2001:db8:1:3::1')).status).toBe(201);
  });

  it('tells a person on a page in words', async () => {
    for (let index = 0; index < 3; index += 1) await send('203.0.113.9');
    const refused = await send('203.0.113.9', { accept: 'text/html' });
    expect(refused.headers.get('content-type')).toContain('text/html');
    expect(await refused.text()).toContain('The next try is possible in 30 s.');
  });

  it('leaves routes without a limit alone', async () => {
    const answer = await fetch(`${origin}/p/open`, { method: 'POST' });
    expect(answer.headers.get('ratelimit')).toBeNull();
  });
});
