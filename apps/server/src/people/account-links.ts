import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createDataSource, Tenancy } from '@rekomi/database';
import { HttpApiModule } from '@rekomi/http';
import {
  FirstOwnerService,
  IdentityModule,
  OrganizationService,
  PasswordResetService,
} from '@rekomi/identity';
import type { DataSource } from 'typeorm';

import type { PublicUrl } from '../resources/public-url.js';

const SLUG_LENGTH = 63;

/** One-time links, made without a running server. */
export class AccountLinks {
  private constructor(
    private readonly dataSource: DataSource,
    private readonly app: INestApplicationContext,
    private readonly address: PublicUrl,
  ) {}

  /** @param databaseUrl of the runtime role */
  static async open(databaseUrl: string, address: PublicUrl): Promise<AccountLinks> {
    const dataSource = createDataSource({ url: databaseUrl, poolSize: 2, applicationName: 'rekomi-account' });
    await dataSource.initialize();
    const tenancy = { provide: Tenancy, useValue: new Tenancy(dataSource) };

    @Module({})
    class GroundModule {}
    @Module({
      imports: [
        { module: GroundModule, global: true, providers: [tenancy], exports: [Tenancy] },
        HttpApiModule.register({ docsUrl: '/problems', requestsPerMinute: 1 }),
        IdentityModule,
      ],
    })
    class AccountModule {}

    try {
      const app = await NestFactory.createApplicationContext(AccountModule, {
        logger: false,
        abortOnError: false,
      });
      return new AccountLinks(dataSource, app, address);
    } catch (err) {
      await dataSource.destroy();
      throw err;
    }
  }

  /** @returns undefined when nobody has the address. */
  async reset(email: string): Promise<string | undefined> {
    const token = await this.app.get(PasswordResetService).createToken(email);
    return token && this.address.url(`/account/reset/${token}`);
  }

  /** For the oldest organisation that nobody owns. @returns undefined when there is none. */
  async firstOwner(): Promise<string | undefined> {
    const organizationId = await this.app.get(FirstOwnerService).organizationWithoutOwner();
    return organizationId && this.#firstOwnerOf(organizationId);
  }

  /** @throws ProblemException `already_exists` */
  async organization(name: string): Promise<string | undefined> {
    const { id } = await this.app.get(OrganizationService).create(name, slugOf(name));
    return this.#firstOwnerOf(id);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.dataSource.destroy();
  }

  async #firstOwnerOf(organizationId: string): Promise<string | undefined> {
    const token = await this.app.get(FirstOwnerService).createToken(organizationId);
    return token && this.address.url(`/account/first/${token}`);
  }
}

function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '');
  const slug = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'organisation' : slug;
}
