import { Module } from '@nestjs/common';

import { CodeTexts } from '../connections/code-texts.js';
import { DeliveryAnswers } from '../deliveries/delivery-answers.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { ReplayAnswers } from './replay-answers.js';
import { ReplaysController } from './replays.controller.js';

/** `/v1/replays` and `/v1/dead-letters`. Expects their services from a global module. */
@Module({
  controllers: [ReplaysController, DeadLettersController],
  providers: [CodeTexts, DeliveryAnswers, ReplayAnswers],
})
export class ReplaysApiModule {}
