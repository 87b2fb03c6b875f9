import 'reflect-metadata';

import { type INestApplicationContext, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { AUDITED, NOT_AUDITED } from '@rekomi/identity';
import { Vault, VaultKeyring } from '@rekomi/vault';
import { pino } from 'pino';

import { readSettings } from '../config/read-settings.js';
import { serverSettings } from '../config/settings.js';
import { createApp } from '../create-app.js';
import { createDatabases } from '../server.js';

interface Handler {
  readonly name: string;
  readonly method: RequestMethod;
  readonly audited: { readonly action: string } | undefined;
  readonly reason: string | undefined;
}

let handlers: readonly Handler[];

beforeAll(async () => {
  const settings = readSettings(serverSettings, {
    DATABASE_URL: 'postgres://nobody@127.0.0.1/none',
    ROLE: 'api',
  });
  const vault = new Vault(VaultKeyring.generate());
  // Neither listens nor connects: routes follow from the code alone.
  const app = await createApp(
    { settings, vault, databases: createDatabases(settings) },
    pino({ level: 'silent' }),
  );
  handlers = handlersOf(app);
});

function handlersOf(app: INestApplicationContext): readonly Handler[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].map(({ metatype }) => metatype as Type),
  );
  return [...new Set(controllers)].flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (handler === undefined || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      return [
        {
          name: `${controller.name}.${name}`,
          method: Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod,
          audited: Reflect.getMetadata(AUDITED, handler) as Handler['audited'],
          reason: Reflect.getMetadata(NOT_AUDITED, handler) as Handler['reason'],
        },
      ];
    });
  });
}

const changes = () => handlers.filter(({ method }) => method !== RequestMethod.GET);
const names = (found: readonly Handler[]) => found.map(({ name }) => name);

describe('every route that changes something', () => {
  it('is audited, or says why not', () => {
    expect(changes().length).toBeGreaterThan(20);
    expect(names(changes().filter(({ audited, reason }) => audited === undefined && !reason))).toEqual([]);
  });

  it('is not both', () => {
    expect(
      names(handlers.filter(({ audited, reason }) => audited !== undefined && reason !== undefined)),
    ).toEqual([]);
  });

  it('has an action of the form noun.past_verb', () => {
    const odd = handlers.filter(({ audited }) => audited && !/^[a-z_]+\.[a-z_]+$/.test(audited.action));
    expect(names(odd)).toEqual([]);
  });
});
