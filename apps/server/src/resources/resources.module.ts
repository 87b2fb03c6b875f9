import { type DynamicModule, Module } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { SiteAddress } from '@rekomi/identity';
import { InviteLinks } from '@rekomi/programs';
import { Vault } from '@rekomi/vault';

import type { ServerSettings } from '../config/settings.js';
import { Databases } from '../database/databases.js';
import { PublicUrl } from './public-url.js';

/** What exists before Nest does and is closed after it. */
export interface Resources {
  readonly settings: ServerSettings;
  readonly databases: Databases;
  readonly vault: Vault;
}

/** Token of {@link ServerSettings}. */
export const SERVER_SETTINGS = Symbol('ServerSettings');
/**
 * Token of the tenancy that the engine works through. `Tenancy` itself is the one that requests are answered with; a
 * worker answers none and has only one pool.
 */
export const ENGINE_TENANCY = Symbol('EngineTenancy');

@Module({})
export class ResourcesModule {
  static register({ settings, databases, vault }: Resources): DynamicModule {
    return {
      module: ResourcesModule,
      global: true,
      providers: [
        { provide: SERVER_SETTINGS, useValue: settings },
        { provide: PublicUrl, useValue: new PublicUrl(settings) },
        { provide: SiteAddress, useExisting: PublicUrl },
        { provide: Databases, useValue: databases },
        {
          provide: Tenancy,
          useFactory: () => (settings.ROLE === 'worker' ? databases.engineTenancy() : databases.apiTenancy()),
        },
        { provide: ENGINE_TENANCY, useFactory: () => databases.engineTenancy() },
        { provide: Vault, useValue: vault },
        {
          provide: InviteLinks,
          useFactory: (addresses: PublicUrl) =>
            new InviteLinks((purpose) => vault.derivedKeys(purpose), addresses),
          inject: [PublicUrl],
        },
      ],
      exports: [
        SERVER_SETTINGS,
        PublicUrl,
        SiteAddress,
        Databases,
        Tenancy,
        ENGINE_TENANCY,
        Vault,
        InviteLinks,
      ],
    };
  }
}
