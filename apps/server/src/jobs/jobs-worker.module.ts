import { Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Tenancy } from '@rekomi/database';
import { ImportUndoWork, ProgramsModule } from '@rekomi/programs';
import { JobRunner, ReplayWork, SyncOutbox } from '@rekomi/sync';

import { ENGINE_TENANCY } from '../resources/resources.module.js';
import { JobLoop } from './job-loop.js';

/** Works replays and undone imports off, in the roles `worker` and `all`. */
@Module({
  imports: [ProgramsModule.register()],
  providers: [
    {
      provide: JobLoop,
      useFactory: (tenancy: Tenancy, outbox: SyncOutbox, undo: ImportUndoWork) =>
        new JobLoop(tenancy, {
          replay: new JobRunner(tenancy, new ReplayWork(outbox)),
          import_undo: new JobRunner(tenancy, undo),
        }),
      inject: [ENGINE_TENANCY, SyncOutbox, ImportUndoWork],
    },
  ],
})
export class JobsWorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly modules: ModuleRef) {}

  onApplicationBootstrap(): void {
    this.modules.get(JobLoop).start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.modules.get(JobLoop).close();
  }
}
