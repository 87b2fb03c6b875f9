import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Tenancy } from '@rekomi/database';
import {
  connectionPeople,
  InviteLinks,
  ProgramsDesiredState,
  ProgramsMemberships,
  VendorManifests,
  wantedContacts,
} from '@rekomi/programs';
import { ProviderRegistry, ProviderRegistryModule } from '@rekomi/provider-registry';
import {
  BullmqWakeQueue,
  ConnectionService,
  DeadLetterService,
  DeliveryReader,
  DeliveryReplayService,
  FirstSyncService,
  PreviewService,
  ReconciliationService,
  SqlOutbox,
  StoredConnectionKeeper,
  SyncOutbox,
  TimelineReader,
  WaitingLanes,
  type ProviderLookup,
} from '@rekomi/sync';
import { VendorTransport } from '@rekomi/transport';
import { Vault } from '@rekomi/vault';

import { SERVER_SETTINGS } from '../resources/resources.module.js';
import type { ServerSettings } from '../config/settings.js';
import { ProcessMetrics } from '../metrics/process-metrics.js';
import { ConnectionBoard } from '../notices/connection-board.js';
import { engineLog } from './engine-log.js';
import { openCredentials } from './open-credentials.js';
import { queueBackend } from './queue-backend.js';
import { USER_AGENT } from './user-agent.js';

/** Connections, the outbox and the way out to vendors: what every role needs. The engine itself is a module of its own. */
@Global()
@Module({
  imports: [ProviderRegistryModule],
  providers: [
    {
      provide: VendorTransport,
      useFactory: (settings: ServerSettings, metrics: ProcessMetrics) =>
        new VendorTransport({
          userAgent: USER_AGENT,
          onExchange: (exchange) => metrics.exchangeEnded(exchange),
          ...(settings.SANDBOX_URL === undefined ? {} : { sandboxUrl: settings.SANDBOX_URL }),
        }),
      inject: [SERVER_SETTINGS, ProcessMetrics],
    },
    {
      provide: BullmqWakeQueue,
      useFactory: (settings: ServerSettings) =>
        new BullmqWakeQueue({ backend: queueBackend(settings), log: engineLog }),
      inject: [SERVER_SETTINGS],
    },
    {
      provide: SyncOutbox,
      useFactory: (wakes: BullmqWakeQueue) => new SqlOutbox(wakes),
      inject: [BullmqWakeQueue],
    },
    {
      provide: ConnectionService,
      useFactory: (
        tenancy: Tenancy,
        registry: ProviderRegistry,
        transport: VendorTransport,
        vault: Vault,
        outbox: SyncOutbox,
        settings: ServerSettings,
        notices: ConnectionBoard,
      ) =>
        new ConnectionService({
          tenancy,
          providers: lookup(registry),
          transport,
          vault,
          outbox,
          onProviderFault: (err, provider) =>
            engineLog.error('A provider broke its contract.', err, { provider }),
          environments: settings.SANDBOX_URL === undefined ? ['live'] : ['live', 'sandbox'],
          notices,
          checkEveryMs: settings.CONNECTION_CHECK_HOURS * 3_600_000,
        }),
      inject: [
        Tenancy,
        ProviderRegistry,
        VendorTransport,
        Vault,
        SyncOutbox,
        SERVER_SETTINGS,
        ConnectionBoard,
      ],
    },
    {
      provide: VendorManifests,
      useFactory: (registry: ProviderRegistry): VendorManifests => ({
        manifest: (slug) => registry.find(slug)?.manifest,
      }),
      inject: [ProviderRegistry],
    },
    {
      provide: DeliveryReader,
      useFactory: (tenancy: Tenancy) => new DeliveryReader(tenancy),
      inject: [Tenancy],
    },
    {
      provide: DeliveryReplayService,
      useFactory: (manifests: VendorManifests) =>
        new DeliveryReplayService({ wanted: wantedContacts, manifest: (slug) => manifests.manifest(slug) }),
      inject: [VendorManifests],
    },
    { provide: DeadLetterService, useFactory: () => new DeadLetterService() },
    {
      provide: TimelineReader,
      useFactory: (tenancy: Tenancy, registry: ProviderRegistry) =>
        new TimelineReader(
          tenancy,
          new ProgramsMemberships(),
          (slug) => registry.find(slug)?.readContact !== undefined,
        ),
      inject: [Tenancy, ProviderRegistry],
    },
    {
      provide: ReconciliationService,
      useFactory: (tenancy: Tenancy, registry: ProviderRegistry, outbox: SyncOutbox) =>
        new ReconciliationService(tenancy, lookup(registry), outbox),
      inject: [Tenancy, ProviderRegistry, SyncOutbox],
    },
    {
      provide: FirstSyncService,
      useFactory: (outbox: SyncOutbox) => new FirstSyncService(connectionPeople, outbox),
      inject: [SyncOutbox],
    },
    {
      provide: PreviewService,
      useFactory: (
        tenancy: Tenancy,
        registry: ProviderRegistry,
        connections: ConnectionService,
        transport: VendorTransport,
        vault: Vault,
        links: InviteLinks,
      ) =>
        new PreviewService({
          ...{ tenancy, transport, people: connectionPeople, memberships: new ProgramsMemberships() },
          providers: lookup(registry),
          connections: new StoredConnectionKeeper(lookup(registry), connections),
          desiredState: new ProgramsDesiredState(links),
          openCredentials: (connection) => openCredentials(vault, connection),
          onProviderFault: (err, provider) =>
            engineLog.error('A provider broke its contract.', err, { provider }),
          random: Math.random,
        }),
      inject: [Tenancy, ProviderRegistry, ConnectionService, VendorTransport, Vault, InviteLinks],
    },
    {
      provide: WaitingLanes,
      useFactory: (outbox: SyncOutbox) => new WaitingLanes(outbox),
      inject: [SyncOutbox],
    },
  ],
  exports: [
    ProviderRegistryModule,
    VendorTransport,
    BullmqWakeQueue,
    SyncOutbox,
    VendorManifests,
    ConnectionService,
    DeliveryReader,
    DeliveryReplayService,
    DeadLetterService,
    TimelineReader,
    ReconciliationService,
    FirstSyncService,
    PreviewService,
    WaitingLanes,
  ],
})
export class SyncModule implements OnApplicationShutdown {
  constructor(private readonly modules: ModuleRef) {}

  /** After the engine has let go of everything (it ends in `beforeApplicationShutdown`). */
  async onApplicationShutdown(): Promise<void> {
    await this.modules.get(BullmqWakeQueue).close();
    await this.modules.get(VendorTransport).close();
  }
}

function lookup(registry: ProviderRegistry): ProviderLookup {
  return { get: (slug) => registry.find(slug) };
}
