import 'reflect-metadata';

import { Body, Controller, Get, Logger, Module, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Tenancy } from '@rekomi/database';
import { Type } from 'class-transformer';
import { IsEmail, IsIn, IsString, ValidateNested } from 'class-validator';
import { QueryFailedError } from 'typeorm';

import { HttpApiModule } from './http-api.module.js';
import { PageQuery } from './pagination/page-query.js';
import { notFound, problem, ProblemException } from './problem/problem-exception.js';
import { ResourceId } from './request/resource-id.js';
import { createHttpAdapter } from './server/http-adapter.js';

class Settings {
  @IsIn(['always', 'never'])
  readonly createdAt!: string;
}

class NewThing {
  @IsEmail()
  readonly email!: string;

  @IsString()
  readonly name!: string;

  @ValidateNested()
  @Type(() => Settings)
  readonly settings!: Settings;
}

@Controller('things')
class ThingsController {
  @Get()
  list(@Query() query: PageQuery): unknown {
    return { limit: query.limit, after: query.afterId() ?? null };
  }

  @Post()
  create(@Body() body: NewThing): unknown {
    return { isInstance: body instanceof NewThing && body.settings instanceof Settings };
  }

  @Get('broken')
  broken(): never {
    throw new Error('secret inner detail');
  }

  @Get('taken')
  taken(): never {
    throw problem('already_exists', {
      errors: [{ pointer: '#/slug', code: 'taken', detail: 'Choose another.' }],
    });
  }

  @Get('vendor')
  vendor(): never {
    throw new ProblemException({ status: 422, code: 'credentials_rejected', title: 'T', why: 'W', fix: 'F' });
  }

  @Get('no-database')
  noDatabase(): never {
    throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  }

  @Get('with-nul')
  withNul(): never {
    const refused = Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    throw new QueryFailedError('SELECT $1', ['\0'], refused);
  }

  @Get(':id')
  get(@ResourceId('thing') id: string): never {
    throw notFound('thing', id);
  }
}

@Module({
  imports: [HttpApiModule.register({ docsUrl: 'https://docs.example/problems/', requestsPerMinute: 60 })],
  controllers: [ThingsController],
})
class ThingsModule {}

@Module({})
class NoDatabaseModule {
  static readonly register = {
    module: NoDatabaseModule,
    global: true,
    providers: [{ provide: Tenancy, useValue: null }],
    exports: [Tenancy],
  };
}

@Module({ imports: [NoDatabaseModule.register, ThingsModule] })
class TestModule {}

let app: NestFastifyApplication;
let origin: string;
const logged: unknown[] = [];

beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(
    TestModule,
    createHttpAdapter({ bodyLimit: 1000, docsUrl: '/problems' }),
    {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    },
  );
  app.setGlobalPrefix('v1');
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
  Logger.overrideLogger({
    log: () => undefined,
    warn: () => undefined,
    error: (line: unknown) => logged.push(line),
  });
});

afterAll(() => app.close());

interface Received {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly json: <T = unknown>() => T;
}

async function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Received> {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: text,
    json: <T>() => JSON.parse(text) as T,
  };
}

const get = (path: string, headers: Record<string, string> = {}): Promise<Received> =>
  send('GET', path, headers);

const post = (body: string, type = 'application/json'): Promise<Received> =>
  send('POST', '/v1/things', { 'content-type': type }, body);

const good = { email: 'ada@example.com', name: 'Ada', settings: { createdAt: 'never' } };

describe('what is thrown becomes a problem', () => {
  it('with type, title, status, detail, instance, code, cause, fix and request id', async () => {
    const answer = await get('/v1/things/taken?email=ada@example.com', { 'x-request-id': 'r-1' });
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['x-request-id']).toBe('r-1');
    expect(answer.json()).toEqual({
      type: 'https://docs.example/problems/already_exists',
      title: 'There is one already',
      status: 409,
      detail: expect.stringContaining('unique'),
      instance: '/v1/things/taken',
      code: 'already_exists',
      cause: expect.any(String),
      fix: expect.any(String),
      errors: [{ pointer: '#/slug', code: 'taken', detail: 'Choose another.' }],
      requestId: 'r-1',
    });
  });

  it('with a vendor’s code and text where the vendor refused', async () => {
    const answer = await get('/v1/things/vendor');
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'credentials_rejected',
      title: 'T',
      cause: 'W',
      detail: 'W',
      fix: 'F',
    });
  });

  it('with the trace id of the caller', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await get('/v1/things/taken', { traceparent });
    expect(answer.json()).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736' });
  });

  it('without inner details when it was unexpected, which are in the log under the request id', async () => {
    const answer = await get('/v1/things/broken', { 'x-request-id': 'r-2' });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal_error', requestId: 'r-2' });
    expect(answer.body).not.toContain('secret inner detail');
    expect(logged).toContainEqual(
      expect.objectContaining({
        requestId: 'r-2',
        err: expect.objectContaining({ message: 'secret inner detail' }),
      }),
    );
  });

  it('that asks to come back later when the database is away', async () => {
    const answer = await get('/v1/things/no-database');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toMatchObject({ code: 'database_unavailable' });
    expect(answer.body).not.toContain('5432');
  });
});

describe('a text that the database cannot hold', () => {
  it('is the fault of the request', async () => {
    const answer = await get('/v1/things/with-nul');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'bad_request',
      detail: expect.stringContaining('U+0000'),
    });
  });
});

describe('an address that does not fit', () => {
  it('is unknown', async () => {
    const answer = await get('/v1/thing');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({
      code: 'route_not_found',
      detail: 'There is no GET /v1/thing in this API.',
    });
  });

  it('cannot be decoded', async () => {
    const answer = await get('/%zz', { 'x-request-id': 'r-3' });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ code: 'bad_request', requestId: 'r-3' });
  });

  it('takes another method', async () => {
    const answer = await send('PUT', '/v1/things', {});
    expect(answer.statusCode).toBe(405);
    expect(answer.headers['allow']).toBe('GET, HEAD, POST');
    expect(answer.json()).toMatchObject({ code: 'method_not_allowed' });
  });

  it.each(['42', 'nonsense', '01936f0e-8f3a-7000-8000-000000000001'])('has the unknown id %s', async (id) => {
    const answer = await get(`/v1/things/${id}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'not_found', detail: `No thing has the id "${id}".` });
  });
});

describe('a body', () => {
  it('that is good is handed over as its class', async () => {
    const answer = await post(JSON.stringify(good), 'application/json; charset=utf-8');
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ isInstance: true });
  });

  it('that is not JSON is refused with line and column, and not quoted', async () => {
    const answer = await post('{\n  "email": "key-123",\n  "name": Ada }');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'malformed_json',
      detail: expect.stringContaining('line 3, column 11'),
    });
    expect(answer.body).not.toContain('key-123');
  });

  it('that would reach a prototype is refused', async () => {
    const answer = await post('{"__proto__": {"admin": true}}');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'malformed_json',
      detail: expect.stringContaining('__proto__'),
    });
  });

  it('that is nested too deeply to be walked through is refused, and what is not is read', async () => {
    const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const answer = await post(nested(101));
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'malformed_json',
      detail: 'The JSON is nested more than 100 levels deep.',
    });
    expect((await post(nested(100))).json()).toMatchObject({ code: 'validation_failed' });
  });

  it('that is too large is refused', async () => {
    const answer = await post(JSON.stringify({ ...good, name: 'x'.repeat(1000) }));
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({ code: 'body_too_large' });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'of type %s is refused',
    async (type) => {
      const answer = await post('email=x', type);
      expect(answer.statusCode).toBe(415);
      expect(answer.json()).toMatchObject({ code: 'unsupported_media_type' });
    },
  );

  it.each(['[]', '"text"', '7', 'true'])('that is %s in place of an object is refused', async (payload) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#', code: 'is_object' }],
    });
  });

  it.each(['', 'null'])('that is %j lacks every required field', async (payload) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    const { errors } = answer.json<{ errors: { pointer: string; code: string }[] }>();
    expect(errors).toContainEqual(expect.objectContaining({ pointer: '#/email', code: 'required' }));
    expect(errors).toContainEqual(expect.objectContaining({ pointer: '#/name', code: 'required' }));
  });

  it('has every fault named by its place, with what to send instead', async () => {
    const answer = await post(
      JSON.stringify({
        email: 'nonsense',
        name: 7,
        settings: { createdAt: 'maybe' },
        'a/b': 1,
        apiKey: 'key-123',
      }),
    );
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'validation_failed',
      errors: expect.arrayContaining([
        { pointer: '#/email', code: 'is_email', detail: expect.stringContaining('name@example.com') },
        { pointer: '#/name', code: 'is_string', detail: expect.any(String) },
        { pointer: '#/settings/createdAt', code: 'is_in', detail: expect.stringContaining('always, never') },
        {
          pointer: '#/a~1b',
          code: 'unknown_field',
          detail: expect.stringContaining('email, name, settings'),
        },
        { pointer: '#/apiKey', code: 'unknown_field', detail: expect.any(String) },
      ]),
    });
    expect(answer.body).not.toContain('key-123');
  });
});

describe('the query of a list', () => {
  it('asks for 50 rows unless told otherwise', async () => {
    expect((await get('/v1/things')).json()).toEqual({ limit: 50, after: null });
    expect((await get('/v1/things?limit=200')).json()).toEqual({ limit: 200, after: null });
  });

  it.each(['0', '201', '1.5', 'many', ''])('with limit=%s is refused and names it', async (limit) => {
    const answer = await get(`/v1/things?limit=${limit}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'validation_failed', errors: [{ parameter: 'limit' }] });
  });

  it('with an edited cursor is refused and names it', async () => {
    const answer = await get('/v1/things?cursor=bm9uc2Vuc2U');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'cursor_invalid', errors: [{ parameter: 'cursor' }] });
  });

  it('with a parameter that does not exist is refused by name', async () => {
    const answer = await get('/v1/things?page=2');
    expect(answer.json()).toMatchObject({ errors: [{ parameter: 'page', code: 'unknown_field' }] });
  });
});
