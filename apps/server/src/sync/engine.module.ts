import { Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Notifications, type Tenancy } from '@rekomi/database';
import { InviteLinks, ProgramsAudienceWatch, ProgramsDesiredState, ProgramsModule } from '@rekomi/programs';
import { ProviderRegistry } from '@rekomi/provider-registry';
import {
  BullmqWakeQueue,
  ConnectionService,
  PACE_CHANNEL,
  Pacer,
  StoredConnectionKeeper,
  SyncEngine,
  SyncOutbox,
} from '@rekomi/sync';
import { VendorTransport } from '@rekomi/transport';
import { Vault } from '@rekomi/vault';
import { EndpointCourier, EndpointSecrets, StoredEndpointKeeper } from '@rekomi/webhooks';
import { hostname } from 'node:os';

import { Databases } from '../database/databases.js';
import { ENGINE_TENANCY } from '../resources/resources.module.js';
import { BoardNotices } from '../webhooks/board-notices.js';
import { engineLog } from './engine-log.js';
import { Healing } from './healing.js';
import { Housekeeping } from './housekeeping.js';
import { openCredentials } from './open-credentials.js';
import { SyncModule } from './sync.module.js';

/** The worker's part: drain loops, looks and the sweep. Present in the roles `worker` and `all`. */
@Module({
  imports: [SyncModule, ProgramsModule.register()],
  providers: [
    {
      provide: Notifications,
      useFactory: (databases: Databases) => databases.notifications(PACE_CHANNEL),
      inject: [Databases],
    },
    {
      provide: SyncEngine,
      useFactory: (
        tenancy: Tenancy,
        registry: ProviderRegistry,
        connections: ConnectionService,
        transport: VendorTransport,
        vault: Vault,
        outbox: SyncOutbox,
        wakes: BullmqWakeQueue,
        links: InviteLinks,
        endpointSecrets: EndpointSecrets,
        courier: EndpointCourier,
        notices: BoardNotices,
        audienceWatch: ProgramsAudienceWatch,
        pacer: Pacer,
      ) =>
        new SyncEngine(
          {
            tenancy,
            desiredState: new ProgramsDesiredState(links),
            audienceWatch,
            connections: new StoredConnectionKeeper({ get: (slug) => registry.find(slug) }, connections),
            endpoints: new StoredEndpointKeeper({
              ...{ tenancy, courier, notices },
              secrets: endpointSecrets,
              now: () => new Date(),
            }),
            provider: (slug) => registry.find(slug),
            openCredentials: (connection) => openCredentials(vault, connection),
            transport,
            pacer,
            worker: `${hostname()}:${process.pid}`,
            random: Math.random,
            log: engineLog,
          },
          outbox,
          wakes,
        ),
      inject: [
        ENGINE_TENANCY,
        ProviderRegistry,
        ConnectionService,
        VendorTransport,
        Vault,
        SyncOutbox,
        BullmqWakeQueue,
        InviteLinks,
        EndpointSecrets,
        EndpointCourier,
        BoardNotices,
        ProgramsAudienceWatch,
        Pacer,
      ],
    },
    {
      provide: Pacer,
      useFactory: (tenancy: Tenancy, news: Notifications) => new Pacer(tenancy, news),
      inject: [ENGINE_TENANCY, Notifications],
    },
    Healing,
    {
      provide: Housekeeping,
      useFactory: (tenancy: Tenancy) => new Housekeeping(tenancy),
      inject: [ENGINE_TENANCY],
    },
  ],
})
export class EngineModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly modules: ModuleRef) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.modules.get(Housekeeping).start();
    await this.modules.get(Notifications).start();
    await this.modules.get(SyncEngine).start();
    this.modules.get(Healing).start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.modules.get(Housekeeping).stop();
    await this.modules.get(Healing).close();
    await this.modules.get(SyncEngine).close();
    await this.modules.get(Notifications).close();
  }
}
