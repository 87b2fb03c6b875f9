import { Module } from '@nestjs/common';
import { ProgramsModule } from '@rekomi/programs';

import { CodeTexts } from '../connections/code-texts.js';
import { ProgramCalls } from '../programs/program-calls.js';
import { AudienceTiersController } from './audience-tiers.controller.js';

/** `/v1/campaigns/{id}/audience-tiers`. Expects `ConnectionService` from a global module, beside those of the programmes. */
@Module({
  imports: [ProgramsModule.register()],
  controllers: [AudienceTiersController],
  providers: [ProgramCalls, CodeTexts],
})
export class AudienceTiersApiModule {}
