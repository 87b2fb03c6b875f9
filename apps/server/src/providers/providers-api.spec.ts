import 'reflect-metadata';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Tenancy } from '@rekomi/database';
import { createHttpAdapter, HttpApiModule } from '@rekomi/http';

import { ProvidersApiModule } from './providers-api.module.js';

@Module({})
class NoDatabaseModule {}

const NoDatabase = {
  module: NoDatabaseModule,
  global: true,
  providers: [{ provide: Tenancy, useValue: null }],
  exports: [Tenancy],
};

@Module({
  imports: [
    NoDatabase,
    HttpApiModule.register({ docsUrl: '/problems/', requestsPerMinute: 1000 }),
    ProvidersApiModule,
  ],
})
class CatalogueModule {}

let app: NestFastifyApplication;
let origin: string;

beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(
    CatalogueModule,
    createHttpAdapter({ bodyLimit: 1000, docsUrl: '/problems' }),
    { bodyParser: false, logger: false, abortOnError: false },
  );
  app.setGlobalPrefix('v1');
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
});
afterAll(() => app.close());

async function get(path: string) {
  const answer = await fetch(`${origin}/v1/providers${path}`);
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

async function slugs(query: string): Promise<readonly string[]> {
  const { data } = JSON.parse((await get(query)).body) as { data: { slug: string }[] };
  return data.map(({ slug }) => slug);
}

describe('the catalogue of vendors', () => {
  it('is searched by words in any order, by category, and by how events are recorded', async () => {
    expect(await slugs('?q=SEGMENT%20customer')).toEqual(['customer-io']);
    expect(await slugs('?q=no-such-vendor')).toEqual([]);
    expect(await slugs('?category=marketing_automation&events=native&limit=200')).toContain('customer-io');
    expect(await slugs('?events=none&q=customer.io')).toEqual([]);
    expect((await get('?category=coffee')).status).toBe(400);
  });

  it('comes page by page', async () => {
    const first = JSON.parse((await get('?limit=1')).body) as { data: object[]; hasMore: boolean };
    expect(first.data).toHaveLength(1);
    expect(first.hasMore).toBe((await slugs('?limit=200')).length > 1);
  });

  it('says of a vendor in sentences what it does, and how fast', async () => {
    expect(JSON.parse((await get('/customer-io')).body)).toMatchObject({
      guide: '/v1/providers/customer-io/guide',
      words: expect.arrayContaining([
        { topic: 'events', text: expect.stringContaining('recognises a repeat') },
      ]),
      pace: { track: '100 requests a second (the vendor allows 1,000 a second)' },
    });
  });

  it('holds the merchant’s guide to a vendor, in Markdown', async () => {
    const { status, type, body } = await get('/customer-io/guide');
    expect([status, type]).toEqual([200, 'text/markdown; charset=utf-8']);
    expect(body).toContain('## Where the keys are');
  });

  it.each(['/nobody', '/nobody/guide', '/..%2Fcustomer-io/guide'])('knows no %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});
