import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';

import { AffiliateIntakeService } from './affiliates/affiliate-intake.service.js';
import { AffiliateService } from './affiliates/affiliate.service.js';
import { AutoApprovalService } from './approval/auto-approval.service.js';
import { CampaignService } from './campaigns/campaign.service.js';
import { DestinationService } from './destinations/destination.service.js';
import { DecisionFanOut } from './enrolments/decision-fan-out.js';
import { EnrolmentService } from './enrolments/enrolment.service.js';
import { EventService } from './events/event.service.js';
import { ImportUploadService } from './imports/import-upload.service.js';
import { ImportService } from './imports/import.service.js';
import { ProgramWork } from './program-work.js';

const SERVICES = [
  ProgramWork,
  CampaignService,
  DestinationService,
  AffiliateService,
  AffiliateIntakeService,
  ImportService,
  ImportUploadService,
  EnrolmentService,
  AutoApprovalService,
  EventService,
];

/** Campaigns, affiliates, enrolments and events. */
@Module({})
export class ProgramsModule {
  /** @param imports modules that export `Tenancy` and `SyncOutbox`, unless those are global. */
  static register(imports: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
    return { module: ProgramsModule, imports, providers: [DecisionFanOut, ...SERVICES], exports: SERVICES };
  }
}
