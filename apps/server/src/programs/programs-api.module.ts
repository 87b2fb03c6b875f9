import { Module } from '@nestjs/common';
import { ProgramsModule } from '@rekomi/programs';

import { CodeTexts } from '../connections/code-texts.js';
import { DeliveryAnswers } from '../deliveries/delivery-answers.js';
import { AffiliatesExportController } from './affiliates-export.controller.js';
import { AffiliatesController } from './affiliates.controller.js';
import { CampaignDecisionsController } from './campaign-decisions.controller.js';
import { CampaignsController } from './campaigns.controller.js';
import { DecisionsController } from './decisions.controller.js';
import { DestinationsController } from './destinations.controller.js';
import { EventDeliveries } from './event-deliveries.js';
import { EventRulesController } from './event-rules.controller.js';
import { EventTypesController } from './event-types.controller.js';
import { EventsController } from './events.controller.js';
import { ProgramCalls } from './program-calls.js';

/** `/v1/campaigns`, `/v1/affiliates`, `/v1/events`. Expects `Tenancy` and `SyncOutbox` from global modules. */
@Module({
  imports: [ProgramsModule.register()],
  // Decisions before affiliates: `affiliates/approve` is no id.
  controllers: [
    CampaignsController,
    CampaignDecisionsController,
    DestinationsController,
    DecisionsController,
    AffiliatesController,
    AffiliatesExportController,
    EventsController,
    EventTypesController,
    EventRulesController,
  ],
  providers: [ProgramCalls, EventDeliveries, DeliveryAnswers, CodeTexts],
})
export class ProgramsApiModule {}
