import { Module } from '@nestjs/common';
import { ProviderRegistryModule } from '@rekomi/provider-registry';

import { AudiencesController } from './audiences.controller.js';
import { CodeTexts } from './code-texts.js';
import { ConnectionAnswers } from './connection-answers.js';
import { ConnectionsController } from './connections.controller.js';

/** `/v1/connections`. Expects `ConnectionService` and `DeliveryReader` from a global module. */
@Module({
  imports: [ProviderRegistryModule],
  controllers: [ConnectionsController, AudiencesController],
  providers: [CodeTexts, ConnectionAnswers],
})
export class ConnectionsApiModule {}
