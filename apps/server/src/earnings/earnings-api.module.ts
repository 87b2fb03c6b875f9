import { Module } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { ProgramsModule } from '@rekomi/programs';
import { Vault } from '@rekomi/vault';
import { InboundSourceService } from '@rekomi/webhooks';

import { ProgramCalls } from '../programs/program-calls.js';
import { CampaignPlanController } from './campaign-plan.controller.js';
import { CommissionPlansController } from './commission-plans.controller.js';
import { ConversionsController } from './conversions.controller.js';
import { InboundController } from './inbound.controller.js';
import { InboundSourcesController } from './inbound-sources.controller.js';
import { PayoutsController } from './payouts.controller.js';
import { SignedSourceGuard } from './signed-source.guard.js';
import { StripeAccountController } from './stripe-account.controller.js';
import { StripeController } from './stripe.controller.js';

/** What affiliates bring and earn: plans, conversions, refunds, payouts, and the systems that tell of them. */
@Module({
  imports: [ProgramsModule.register()],
  controllers: [
    CommissionPlansController,
    CampaignPlanController,
    ConversionsController,
    PayoutsController,
    StripeAccountController,
    InboundSourcesController,
    InboundController,
    StripeController,
  ],
  providers: [
    ProgramCalls,
    SignedSourceGuard,
    {
      provide: InboundSourceService,
      useFactory: (tenancy: Tenancy, vault: Vault) => new InboundSourceService(tenancy, vault),
      inject: [Tenancy, Vault],
    },
  ],
})
export class EarningsApiModule {}
