import 'reflect-metadata';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Tenancy } from '@rekomi/database';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import {
  ApiKeyService,
  csrfTokenOf,
  isAtLeast,
  OrganizationService,
  PERMISSIONS,
  type Role,
  ROLES,
  SessionService,
} from '@rekomi/identity';
import { Vault, VaultKeyring } from '@rekomi/vault';
import pg from 'pg';
import { pino } from 'pino';
import { v7 as newId } from 'uuid';

import { readSettings } from '../config/read-settings.js';
import { serverSettings } from '../config/settings.js';
import { createApp } from '../create-app.js';
import type { Databases } from '../database/databases.js';
import { createDatabases } from '../server.js';
import { type Route, routesOf } from './testing/routes-of.js';

let database: TestDatabase;
let databases: Databases;
let superuser: pg.Pool;
let folder: string;
let app: NestFastifyApplication;
let origin: string;
let guarded: readonly Route[];
let organizationId: string;
const users = new Map<Role, string>();
let readKey: string;
let writeKey: string;

beforeAll(async () => {
  database = await migratedTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'rekomi-routes-'));
  const settings = readSettings(serverSettings, {
    ...{ DATABASE_URL: database.appUrl, REKOMI_DATA: folder, ROLE: 'api', PORT: '0' },
    API_REQUESTS_PER_MINUTE: '1000000',
  });
  databases = createDatabases(settings);
  await databases.open();
  const vault = new Vault(VaultKeyring.generate());
  app = await createApp({ settings, databases, vault }, pino({ level: 'silent' }));
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
  guarded = routesOf(app).filter((route) => !route.public);

  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  organizationId = (await app.get(OrganizationService).create('Acme', 'acme')).id;
  for (const role of ROLES) {
    const id = newId();
    users.set(role, id);
    await superuser.query(`INSERT INTO app_user (id, email, name) VALUES ($1, $2, $3)`, [
      ...[id, `${role}@example.com`, role],
    ]);
    await superuser.query(`INSERT INTO membership (organization_id, user_id, role) VALUES ($1, $2, $3)`, [
      ...[organizationId, id, role],
    ]);
  }
  const key = async (scope: 'read' | 'read_write'): Promise<string> =>
    (await app.get(ApiKeyService).create(organizationId, { name: scope, environment: 'test', scope })).secret;
  [readKey, writeKey] = [await key('read'), await key('read_write')];
});

afterAll(async () => {
  await app.close();
  await databases.close();
  await superuser.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** A session of its own for every request: some routes end sessions. */
async function asPerson(role: Role, withToken = true): Promise<Record<string, string>> {
  const userId = users.get(role) ?? '';
  const { token } = await app
    .get(Tenancy)
    .run(organizationId, (tx) =>
      app.get(SessionService).open(tx, organizationId, userId, { ip: '192.0.2.1', userAgent: undefined }),
    );
  return {
    cookie: `rekomi_session=${token}`,
    'sec-fetch-site': 'same-origin',
    ...(withToken ? { 'x-csrf-token': csrfTokenOf(token) } : {}),
  };
}

/** @returns status and code. Bodies are empty objects and ids of nothing: what is allowed fails later, with another answer. */
async function ask(route: Route, headers: Record<string, string>): Promise<string> {
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const response = await fetch(`${origin}/v1${route.path.replace(/:\w+/g, () => newId())}`, {
    method: route.method,
    headers: { ...headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(hasBody ? { body: '{"nothing":"of this"}' } : {}),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.includes('problem+json') === true;
  return `${response.status} ${isProblem ? (JSON.parse(text) as { code: string }).code : ''}`.trim();
}

const isRefusal = (answer: string): boolean => /^(401|403) /.test(answer);
const named = ({ method, path: address }: Route): string => `${method} ${address}`;

/** Routes whose answer is not as it should be, in words; empty when all are. */
async function deviations(
  routes: readonly Route[],
  headers: () => Promise<Record<string, string>>,
  isRight: (answer: string, route: Route) => boolean,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const route of routes) {
    const answer = await ask(route, await headers());
    if (!isRight(answer, route)) wrong.push(`${named(route)}: ${answer}`);
  }
  return wrong;
}

const withKey = (key: string) => (): Promise<Record<string, string>> =>
  Promise.resolve({ authorization: `Bearer ${key}` });

describe('every route', () => {
  it('refuses whoever sends nothing', async () => {
    const wrong = await deviations(
      guarded,
      () => Promise.resolve({}),
      (answer) => answer === '401 api_key_missing',
    );
    expect(wrong).toEqual([]);
  });

  it.each(ROLES)('lets a signed-in %s do what the table says, and nothing else', async (role) => {
    const wrong = await deviations(
      guarded,
      () => asPerson(role),
      (answer, { operation }) =>
        isAtLeast(role, PERMISSIONS[operation]!.role) ? !isRefusal(answer) : answer === '403 role_missing',
    );
    expect(wrong).toEqual([]);
  });

  it('lets an API key do what the table says, and nothing else', async () => {
    const wrong = await deviations(guarded, withKey(writeKey), (answer, { operation }) =>
      PERMISSIONS[operation]!.apiKeys ? !isRefusal(answer) : answer === '403 people_only',
    );
    expect(wrong).toEqual([]);
  });

  it('that changes something refuses an API key that may only read', async () => {
    const open = guarded.filter(({ operation }) => PERMISSIONS[operation]!.apiKeys);
    const wrong = await deviations(open, withKey(readKey), (answer, { method }) =>
      method === 'GET' ? !isRefusal(answer) : answer === '403 scope_missing',
    );
    expect(wrong).toEqual([]);
  });

  it('that changes something refuses the cookie of a session without the token of its pages', async () => {
    const changing = guarded.filter(({ method }) => method !== 'GET');
    expect(changing.length).toBeGreaterThan(20);
    const wrong = await deviations(
      changing,
      () => asPerson('owner', false),
      (answer) => answer === '403 csrf_token_wrong',
    );
    expect(wrong).toEqual([]);
  });

  it('is closed for a session that was ended', async () => {
    const headers = await asPerson('owner');
    await superuser.query('DELETE FROM session');
    const wrong = await deviations(
      guarded,
      () => Promise.resolve(headers),
      (answer) => answer === '401 session_ended',
    );
    expect(wrong).toEqual([]);
  });

  it('answers nonsense without breaking', async () => {
    const wrong = await deviations(
      guarded,
      () => asPerson('owner'),
      (answer) => !answer.startsWith('5'),
    );
    expect(wrong).toEqual([]);
  });
});
