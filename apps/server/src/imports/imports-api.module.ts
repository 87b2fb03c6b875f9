import { Module } from '@nestjs/common';
import { ProgramsModule } from '@rekomi/programs';

import { ProgramCalls } from '../programs/program-calls.js';
import { ImportUndoController } from './import-undo.controller.js';
import { ImportsController } from './imports.controller.js';

/** `/v1/imports`. Expects `Tenancy`, `SyncOutbox` and `VendorManifests` from global modules. */
@Module({
  imports: [ProgramsModule.register()],
  controllers: [ImportsController, ImportUndoController],
  providers: [ProgramCalls],
})
export class ImportsApiModule {}
