import { Module } from '@nestjs/common';

import { CodeTexts } from '../connections/code-texts.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryAnswers } from './delivery-answers.js';
import { TimelineController } from './timeline.controller.js';

/** `/v1/deliveries` and the timelines. Expects `DeliveryReader` and `TimelineReader` from a global module. */
@Module({
  controllers: [DeliveriesController, TimelineController],
  providers: [CodeTexts, DeliveryAnswers],
})
export class DeliveriesApiModule {}
