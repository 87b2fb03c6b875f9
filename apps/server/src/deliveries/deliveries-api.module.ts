import { Module } from '@nestjs/common';

import { CodeTexts } from '../connections/code-texts.js';
import { DeliveriesByHandController } from './deliveries-by-hand.controller.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryAnswers } from './delivery-answers.js';
import { TimelineController } from './timeline.controller.js';

/** `/v1/deliveries` and the timelines. Expects `DeliveryReader`, `TimelineReader`, `WaitingLanes` and `SyncOutbox` from a global module. */
@Module({
  controllers: [DeliveriesController, DeliveriesByHandController, TimelineController],
  providers: [CodeTexts, DeliveryAnswers],
})
export class DeliveriesApiModule {}
