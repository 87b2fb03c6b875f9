import { Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Tenancy } from '@rekomi/database';
import { AffiliateIntakeService, ImportRunner, ProgramsModule, ProgramWork } from '@rekomi/programs';
import { SyncOutbox } from '@rekomi/sync';

import { ENGINE_TENANCY } from '../resources/resources.module.js';
import { boundedHeap } from './bounded-heap.js';
import { ImportLoop } from './import-loop.js';

/** Works imports off, in the roles `worker` and `all`. */
@Module({
  imports: [ProgramsModule.register()],
  providers: [
    {
      provide: ImportLoop,
      useFactory: (tenancy: Tenancy, outbox: SyncOutbox, intake: AffiliateIntakeService) => {
        const work = new ProgramWork(tenancy, outbox);
        return new ImportLoop(
          tenancy,
          work,
          new ImportRunner(tenancy, work, intake, { afterChunk: boundedHeap() }),
        );
      },
      inject: [ENGINE_TENANCY, SyncOutbox, AffiliateIntakeService],
    },
  ],
})
export class ImportsWorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly modules: ModuleRef) {}

  onApplicationBootstrap(): void {
    this.modules.get(ImportLoop).start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.modules.get(ImportLoop).close();
  }
}
