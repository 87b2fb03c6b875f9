import 'reflect-metadata';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { FirstOwnerService, OrganizationService, PasswordResetService } from '@rekomi/identity';
import { Vault, VaultKeyring } from '@rekomi/vault';
import pg from 'pg';

import { readSettings } from '../config/read-settings.js';
import { serverSettings } from '../config/settings.js';
import { createApp } from '../create-app.js';
import type { Databases } from '../database/databases.js';
import { createLogger } from '../logging/create-logger.js';
import { createDatabases } from '../server.js';

const lines: string[] = [];
let database: TestDatabase;
let databases: Databases;
let superuser: pg.Pool;
let folder: string;
let app: NestFastifyApplication;
let origin: string;

beforeAll(async () => {
  database = await migratedTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'rekomi-log-'));
  const settings = readSettings(serverSettings, {
    ...{ DATABASE_URL: database.appUrl, REKOMI_DATA: folder, ROLE: 'api', PORT: '0' },
    // Nobody sends here: that is a worker’s task.
    ...{ LOG_LEVEL: 'trace', SMTP_URL: 'smtp://127.0.0.1:9' },
  });
  databases = createDatabases(settings);
  await databases.open();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 1 });
  const vault = new Vault(VaultKeyring.generate());
  const logger = createLogger('trace', { write: (line: string) => void lines.push(line) });
  app = await createApp({ settings, databases, vault }, logger);
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
});

afterAll(async () => {
  await app.close();
  await databases.close();
  await superuser.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const send = (method: string, address: string, body?: object, headers = {}): Promise<Response> =>
  fetch(`${origin}${address}`, {
    method,
    redirect: 'manual',
    headers: {
      'sec-fetch-site': 'same-origin',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

const sendForm = (address: string, form: Record<string, string>): Promise<Response> =>
  fetch(`${origin}${address}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin', accept: 'text/html' },
    body: new URLSearchParams(form),
  });

async function mailedToken(to: string): Promise<string> {
  const { rows } = await superuser.query<{ body: string }>(
    `SELECT m::text AS body FROM mail m WHERE m::text LIKE '%' || $1 || '%' ORDER BY created_at DESC LIMIT 1`,
    [to],
  );
  return /\/account\/\w+\/([\w-]{43})/.exec(rows[0]?.body ?? '')?.[1] ?? 'no mail';
}

describe('the log at its most talkative', () => {
  it('holds no password, no token of a link or session, also when things go wrong', async () => {
    const email = 'olga@example.com';
    const passwords = ['seven purple lanterns sing', 'eight green umbrellas', 'wrong violet answer'] as const;
    const organization = await app.get(OrganizationService).create('Acme', 'acme');
    const first = (await app.get(FirstOwnerService).createToken(organization.id)) ?? '';
    const path = `/account/first/${first}`;
    await send('GET', path);
    expect((await sendForm(path, { name: 'Olga', email, password: passwords[0] })).status).toBe(303);
    expect((await sendForm(path, { name: 'Olga', email, password: passwords[0] })).status).toBe(410);

    await send('POST', '/v1/session', { email, password: passwords[2] });
    await send('POST', '/v1/session', { email: 5, password: passwords[2], unknown: passwords[2] });
    const signedIn = await send('POST', '/v1/session', { email, password: passwords[0] });
    expect(signedIn.status).toBe(201);
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
    const session = { cookie, 'x-csrf-token': csrfToken };
    const invited = await send(
      'POST',
      '/v1/member-invitations',
      { email: 'grace@example.com', role: 'viewer' },
      session,
    );
    expect(await invited.json()).toMatchObject({ mailed: true, url: null });

    await send('POST', '/v1/password-resets', { email });
    await app.get(PasswordResetService).onModuleDestroy();
    const [reset, invitation] = [await mailedToken(email), await mailedToken('grace@example.com')];
    await send('GET', `/account/reset/${reset}`);
    expect(
      (await send('POST', '/v1/password-resets/complete', { token: reset, password: passwords[1] })).status,
    ).toBe(204);
    await send('POST', '/v1/member-invitations/accept', { token: invitation, email, password: passwords[1] });
    await send('GET', `/account/nothing/${invitation}`);
    // Something that breaks on our side, with everything at hand.
    await superuser.query('ALTER TABLE session RENAME TO session_gone');
    expect((await send('POST', '/v1/session', { email, password: passwords[1] })).status).toBe(500);
    await superuser.query('ALTER TABLE session_gone RENAME TO session');

    const log = lines.join('');
    expect(log).toContain('request answered');
    const secrets = [...passwords, first, reset, invitation, cookie.split('=')[1] ?? '', csrfToken];
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(15);
      expect(log).not.toContain(secret);
    }
    const audit = await superuser.query('SELECT * FROM audit_entry');
    expect(audit.rows.length).toBeGreaterThan(3);
    for (const secret of secrets) expect(JSON.stringify(audit.rows)).not.toContain(secret);
  });
});
