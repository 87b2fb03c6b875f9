import { Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createDataSource, Tenancy } from '@rekomi/database';
import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { createHttpAdapter, HttpApiModule, RateLimitGuard } from '@rekomi/http';
import {
  AccessGuard,
  ApiKeyService,
  type ApiKeyScope,
  csrfTokenOf,
  FirstOwnerService,
  IdentityModule,
  type OpenedSession,
  OrganizationService,
  type Role,
  SessionCookie,
  SessionService,
  SiteAddress,
} from '@rekomi/identity';
import { MailOutbox } from '@rekomi/mail';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';

import { createElement } from 'react';

import { ProblemPage } from '../../pages/problem-page.js';
import { renderPage } from '../../pages/render-page.js';
import { PublicUrl } from '../../resources/public-url.js';
import { PeopleApiModule } from '../people-api.module.js';
import { KeptMail } from './kept-mail.js';

export interface Reply {
  readonly status: number;
  /** Of JSON answers; empty for pages. */
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Headers;
  /** `name=value` of the cookie that the answer set, if any. */
  readonly cookie: string | undefined;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly session: OpenedSession;
}

export interface CallOptions {
  readonly session?: OpenedSession;
  /** `name=value`, in place of that of a session. */
  readonly cookie?: string | undefined;
  readonly apiKey?: string;
  /** That of the session unless told; null sends none. */
  readonly csrf?: string | null;
  /** `sec-fetch-site: same-origin` unless told. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends a form in place of JSON. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface BenchOptions {
  readonly publicUrl?: string;
  readonly mails?: boolean;
}

export const PASSWORD = 'seven purple lanterns sing';
const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };
const CLIENT = { ip: '192.0.2.1', userAgent: 'test' };

/** The routes and pages about people on a real database. */
export class PeopleBench {
  #organizations = 0;

  private constructor(
    private readonly database: TestDatabase,
    private readonly dataSource: DataSource,
    readonly superuser: pg.Pool,
    readonly app: NestFastifyApplication,
    readonly origin: string,
    readonly mail: KeptMail,
  ) {}

  static async open({ publicUrl, mails = false }: BenchOptions = {}): Promise<PeopleBench> {
    const database = await migratedTestDatabase();
    const dataSource = createDataSource({
      url: database.appUrl,
      poolSize: 8,
      applicationName: 'people-bench',
    });
    await dataSource.initialize();
    const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
    const mail = new KeptMail(mails);
    const app = await createTestApp(new Tenancy(dataSource), mail, publicUrl);
    return new PeopleBench(database, dataSource, superuser, app, await app.getUrl(), mail);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.dataSource.destroy();
    await this.superuser.end();
    await this.database.drop();
  }

  /** Nobody is limited by what earlier tests tried. */
  async forgetLimits(): Promise<void> {
    await this.superuser.query('DELETE FROM request_limit');
  }

  async call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Reply> {
    const { session, apiKey, form } = options;
    const cookie = options.cookie ?? (session && `${this.app.get(SessionCookie).name}=${session.token}`);
    const csrf = options.csrf === undefined && session ? csrfTokenOf(session.token) : options.csrf;
    const sent = form === undefined ? json(body) : new URLSearchParams({ ...form }).toString();
    const response = await fetch(`${this.origin}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(options.headers ?? SAME_ORIGIN),
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(cookie === undefined ? {} : { cookie }),
        ...(csrf == null ? {} : { 'x-csrf-token': csrf }),
        ...(sent === undefined
          ? {}
          : { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
        ...(form === undefined ? {} : { accept: 'text/html' }),
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    return replyOf(response);
  }

  /** A new organisation that nobody belongs to. @returns its id. */
  async organization(name = 'Acme'): Promise<string> {
    this.#organizations += 1;
    const slug = `${name.toLowerCase()}-${this.#organizations}`;
    return (await this.app.get(OrganizationService).create(name, slug)).id;
  }

  /** Somebody new in an organisation, signed in. The password is {@link PASSWORD}, unless it is never needed. */
  async person(organizationId: string, role: Role, email = `${newId()}@example.com`): Promise<Person> {
    const id = newId();
    await this.superuser.query(`INSERT INTO app_user (id, email, name) VALUES ($1, $2, 'Somebody')`, [
      id,
      email,
    ]);
    await this.join(organizationId, id, role);
    return { id, email, session: await this.session(organizationId, id) };
  }

  /** An owner with {@link PASSWORD}, by the way that first owners take. */
  async owner(organizationId: string, email = `${newId()}@example.com`): Promise<Person> {
    const owners = this.app.get(FirstOwnerService);
    const token = await owners.createToken(organizationId);
    if (token === undefined) throw new Error('The organisation has an owner.');
    const session = await owners.complete(token, { email, name: 'Olga Owner', password: PASSWORD }, CLIENT);
    return { id: session.userId, email, session };
  }

  async join(organizationId: string, userId: string, role: Role): Promise<void> {
    await this.superuser.query(
      'INSERT INTO membership (organization_id, user_id, role) VALUES ($1, $2, $3)',
      [organizationId, userId, role],
    );
  }

  session(organizationId: string, userId: string): Promise<OpenedSession> {
    return this.app
      .get(Tenancy)
      .run(organizationId, (tx) => this.app.get(SessionService).open(tx, organizationId, userId, CLIENT));
  }

  async apiKey(organizationId: string, scope: ApiKeyScope = 'read_write'): Promise<string> {
    const wanted = { name: 'bench', environment: 'test', scope } as const;
    return (await this.app.get(ApiKeyService).create(organizationId, wanted)).secret;
  }

  async sql<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.superuser.query<Row>(text, [...values])).rows;
  }
}

async function createTestApp(
  tenancy: Tenancy,
  mail: KeptMail,
  publicUrl: string | undefined,
): Promise<NestFastifyApplication> {
  const providers = [
    { provide: Tenancy, useValue: tenancy },
    { provide: MailOutbox, useValue: mail },
    { provide: SiteAddress, useValue: new PublicUrl({ PUBLIC_URL: publicUrl, PORT: 3000 }) },
  ];

  @Module({})
  class GroundModule {}
  @Module({
    imports: [
      { module: GroundModule, global: true, providers, exports: [Tenancy, MailOutbox, SiteAddress] },
      HttpApiModule.register({
        docsUrl: '/problems',
        requestsPerMinute: 100_000,
        problemPage: (document) => renderPage(createElement(ProblemPage, { document })),
      }),
      IdentityModule,
      PeopleApiModule,
    ],
    providers: [
      { provide: APP_GUARD, useExisting: AccessGuard },
      { provide: APP_GUARD, useExisting: RateLimitGuard },
    ],
  })
  class BenchModule {}

  const adapter = createHttpAdapter({ bodyLimit: 100_000, docsUrl: '/problems' });
  const app = await NestFactory.create<NestFastifyApplication>(BenchModule, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.setGlobalPrefix('v1', { exclude: ['account', 'account/*path'] });
  await app.listen(0, '127.0.0.1');
  return app;
}

function json(body: unknown): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? (JSON.parse(text) as Reply['body']) : {},
    cookie: response.headers.get('set-cookie')?.split(';')[0],
  };
}
