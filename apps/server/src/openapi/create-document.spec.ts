import 'reflect-metadata';

import { Body, Controller, Get, Module, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiCreatedResponse, ApiOperation, ApiProperty, type OpenAPIObject } from '@nestjs/swagger';
import { ApiPage, PageQuery, ResourceId } from '@rekomi/http';

import { completeDocument } from './complete-document.js';
import { createDocument } from './create-document.js';

class Thing {
  @ApiProperty({ example: 'a' })
  readonly name!: string;

  @ApiProperty({ type: 'string', nullable: true })
  readonly note!: string | null;
}

@Controller('things')
class ThingsController {
  @Get()
  @ApiOperation({ summary: 'List things' })
  @ApiPage(Thing)
  listThings(@Query() query: PageQuery): unknown {
    return query;
  }

  @Post()
  @ApiOperation({ summary: 'Create a thing' })
  @ApiCreatedResponse({ type: Thing })
  createThing(@Body() body: Thing): Thing {
    return body;
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a thing' })
  getThing(@ResourceId('thing') id: string): string {
    return id;
  }
}

@Module({ controllers: [ThingsController] })
class TestModule {}

let document: OpenAPIObject;

beforeAll(async () => {
  const app = await NestFactory.create(TestModule, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  app.setGlobalPrefix('v1');
  document = createDocument(app);
  await app.close();
});

const statuses = (method: 'get' | 'post', path: string): readonly string[] =>
  Object.keys(document.paths[path]?.[method]?.responses ?? {});

describe('the description of the API', () => {
  it('names operations by their methods and wants a key for all of them', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths['/v1/things']?.get?.operationId).toBe('listThings');
    expect(document.paths['/v1/things']?.post?.operationId).toBe('createThing');
    expect(document.security).toEqual([{ apiKey: [] }, { session: [] }]);
    expect(document.components?.securitySchemes).toEqual({
      apiKey: expect.objectContaining({ type: 'http', scheme: 'bearer' }),
      session: expect.objectContaining({ type: 'apiKey', in: 'cookie' }),
    });
  });

  it('says who may call an operation: programs and people, people only, or everybody', () => {
    const open: OpenAPIObject['paths'] = {
      '/v1/things': {
        get: { operationId: 'listThings', responses: {} },
        post: { operationId: 'createThing', responses: {} },
        delete: { operationId: 'forgetThings', responses: {} },
      },
    };
    const things = completeDocument(
      { ...document, paths: open },
      {
        listThings: { role: 'viewer', apiKeys: true },
        createThing: { role: 'admin', apiKeys: false },
      },
    ).paths['/v1/things'];
    expect(things?.get).toMatchObject({ 'x-least-role': 'viewer' });
    expect(things?.get?.security).toBeUndefined();
    expect(things?.post).toMatchObject({ 'x-least-role': 'admin', security: [{ session: [] }] });
    expect(things?.delete?.security).toEqual([]);
  });

  it('lists the problems of each operation, declared once', () => {
    expect(statuses('get', '/v1/things')).toEqual(['200', '400', '401', '403', '429', '500', '503']);
    expect(statuses('get', '/v1/things/{id}')).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '429',
      '500',
      '503',
    ]);
    expect(statuses('post', '/v1/things')).toEqual([
      '201',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
    expect(document.paths['/v1/things']?.post?.responses['409']).toEqual({
      $ref: '#/components/responses/Conflict',
    });
  });

  it('lets every POST carry an Idempotency-Key', () => {
    const reference = { $ref: '#/components/parameters/IdempotencyKey' };
    expect(document.paths['/v1/things']?.post?.parameters).toContainEqual(reference);
    expect(document.paths['/v1/things']?.get?.parameters).not.toContainEqual(reference);
  });

  it('speaks JSON Schema as 3.1 does: null is a type', () => {
    expect(document.components?.schemas?.['Thing']).toMatchObject({
      properties: { note: { type: ['string', 'null'] } },
    });
    expect(JSON.stringify(document)).not.toContain('nullable');
  });
});
