import 'reflect-metadata';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PERMISSIONS } from '@rekomi/identity';
import { Vault, VaultKeyring } from '@rekomi/vault';
import { pino } from 'pino';

import { readSettings } from '../config/read-settings.js';
import { serverSettings } from '../config/settings.js';
import { createApp } from '../create-app.js';
import { createDatabases } from '../server.js';
import { type Route, routesOf } from './testing/routes-of.js';

let app: NestFastifyApplication;
let routes: readonly Route[];

beforeAll(async () => {
  const settings = readSettings(serverSettings, {
    DATABASE_URL: 'postgres://nobody@127.0.0.1/none',
    ROLE: 'api',
  });
  const vault = new Vault(VaultKeyring.generate());
  // Neither listens nor connects: routes follow from the code alone.
  app = await createApp({ settings, vault, databases: createDatabases(settings) }, pino({ level: 'silent' }));
  routes = routesOf(app);
});

describe('the table of permissions', () => {
  it('has a row for every route that is not open to everybody', () => {
    expect(routes.length).toBeGreaterThan(30);
    const without = routes.filter((route) => !route.public && !(route.operation in PERMISSIONS));
    expect(without.map(({ controller, operation }) => `${controller}.${operation}`)).toEqual([]);
  });

  it('has no row for a route that does not exist, or is open to everybody', () => {
    const guarded = new Set(routes.filter((route) => !route.public).map(({ operation }) => operation));
    expect(Object.keys(PERMISSIONS).filter((operation) => !guarded.has(operation))).toEqual([]);
  });

  it('can tell routes apart by the names of their methods', () => {
    const names = new Map(
      routes.map(({ operation, controller }) => [`${controller}.${operation}`, operation]),
    );
    const operations = [...names.values()];
    expect(operations.filter((name, index) => operations.indexOf(name) !== index)).toEqual([]);
  });
});
