import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';

import { AffiliateIntakeService } from './affiliates/affiliate-intake.service.js';
import { AffiliateService } from './affiliates/affiliate.service.js';
import { AutoApprovalService } from './approval/auto-approval.service.js';
import { AudienceTiersService } from './audience-tiers/audience-tiers.service.js';
import { ProgramsAudienceWatch } from './audience-tiers/programs-audience-watch.js';
import { TierSettlement } from './audience-tiers/tier-settlement.js';
import { CampaignService } from './campaigns/campaign.service.js';
import { DestinationService } from './destinations/destination.service.js';
import { CommissionPlanService } from './commissions/commission-plan.service.js';
import { ConversionEvents } from './conversions/conversion-events.js';
import { ConversionService } from './conversions/conversion.service.js';
import { RefundService } from './conversions/refund.service.js';
import { ContactFanOut } from './enrolments/contact-fan-out.js';
import { DecisionEffects } from './enrolments/decision-effects.js';
import { DecisionFanOut } from './enrolments/decision-fan-out.js';
import { EnrolmentService } from './enrolments/enrolment.service.js';
import { MatchingDecisionService } from './enrolments/matching-decision.service.js';
import { EventReader } from './events/event-reader.js';
import { EventRulesService } from './events/event-rules.service.js';
import { EventTypeService } from './events/event-type.service.js';
import { EventService } from './events/event.service.js';
import { VendorEventNames } from './events/vendor-event-names.js';
import { PayoutService } from './payouts/payout.service.js';
import { ImportUploadService } from './imports/import-upload.service.js';
import { ImportService } from './imports/import.service.js';
import { ImportUndoService, ImportUndoWork } from './imports/undo/index.js';
import { ProgramWork } from './program-work.js';

const SERVICES = [
  ProgramWork,
  CampaignService,
  DestinationService,
  AffiliateService,
  AffiliateIntakeService,
  ImportService,
  ImportUploadService,
  ImportUndoService,
  ImportUndoWork,
  EnrolmentService,
  MatchingDecisionService,
  AutoApprovalService,
  EventService,
  EventReader,
  EventTypeService,
  EventRulesService,
  CommissionPlanService,
  ConversionService,
  RefundService,
  PayoutService,
  AudienceTiersService,
  ProgramsAudienceWatch,
];

/** Campaigns, affiliates, enrolments and events. */
@Module({})
export class ProgramsModule {
  /** @param imports modules that export `Tenancy`, `SyncOutbox` and `VendorManifests`, unless those are global. */
  static register(imports: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
    return {
      module: ProgramsModule,
      imports,
      providers: [
        ...[
          ConversionEvents,
          DecisionFanOut,
          ContactFanOut,
          DecisionEffects,
          TierSettlement,
          VendorEventNames,
        ],
        ...SERVICES,
      ],
      exports: SERVICES,
    };
  }
}
