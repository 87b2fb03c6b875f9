import { Module } from '@nestjs/common';
import { ProgramsModule } from '@rekomi/programs';

import { CodeTexts } from '../connections/code-texts.js';
import { DeliveryAnswers } from '../deliveries/delivery-answers.js';
import { EndpointAnswers } from './endpoint-answers.js';
import { EndpointInput } from './endpoint-input.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookEndpointStateController } from './webhook-endpoint-state.controller.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';

/** `/v1/webhook-endpoints`. Expects `WebhooksModule`, which is global. */
@Module({
  imports: [ProgramsModule.register()],
  controllers: [WebhookEndpointsController, WebhookEndpointStateController, WebhookDeliveriesController],
  providers: [CodeTexts, DeliveryAnswers, EndpointAnswers, EndpointInput],
})
export class WebhooksApiModule {}
