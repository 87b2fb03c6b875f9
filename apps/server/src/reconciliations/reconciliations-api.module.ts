import { Module } from '@nestjs/common';

import { CodeTexts } from '../connections/code-texts.js';
import { ReconciliationsController } from './reconciliations.controller.js';

/** `/v1/connections/{id}/reconciliations`. Expects `ReconciliationService` from a global module. */
@Module({
  controllers: [ReconciliationsController],
  providers: [CodeTexts],
})
export class ReconciliationsApiModule {}
