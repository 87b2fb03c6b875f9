export { readEmailAddress } from './addresses/email-address.js';
export type { EmailProblemCode, EmailReading } from './addresses/email-address.js';
export { AffiliateIntakeService } from './affiliates/affiliate-intake.service.js';
export type { Intake, IntakeOutcome } from './affiliates/affiliate-intake.service.js';
export type { AffiliateInput, ConsentInput } from './affiliates/affiliate-input.js';
export type { IntakeStatus } from './affiliates/affiliate-input.js';
export type { KnownPeople } from './affiliates/merge-affiliate.js';
export { AffiliateService } from './affiliates/affiliate.service.js';
export type { AffiliateChange, AffiliateQuery } from './affiliates/affiliate.service.js';
export type { AffiliateView, EnrolmentView } from './affiliates/affiliate-view.js';
export type { ApprovalReason, ApprovalReasonCode } from './approval/approval-reasons.js';
export { completeRules } from './approval/approval-rules.js';
export type { AllowBlock, ApprovalRules } from './approval/approval-rules.js';
export { AutoApprovalService } from './approval/auto-approval.service.js';
export type { AutoApprovalOutcome, AutoApprovalRun } from './approval/auto-approval.service.js';
export { CampaignService } from './campaigns/campaign.service.js';
export type { CampaignChange, NewCampaign } from './campaigns/campaign.service.js';
export { ProgramsDesiredState } from './desired-state/programs-desired-state.js';
export { DestinationService } from './destinations/destination.service.js';
export type { DestinationAudience, DestinationInput } from './destinations/destination.service.js';
export type { Destination } from './destinations/destination-view.js';
export { APPROVED_EVENT } from './enrolments/decision-fan-out.js';
export { EnrolmentService } from './enrolments/enrolment.service.js';
export type { Decision, DecisionFailure, DecisionOutcome } from './enrolments/enrolment.service.js';
export {
  Affiliate,
  Campaign,
  CampaignDestination,
  Consent,
  Enrolment,
  ENROLMENT_STATUSES,
  ProgramEvent,
  programEntities,
} from './entities/index.js';
export type { EnrolmentStatus } from './entities/index.js';
export { EventService } from './events/event.service.js';
export type { EventView, NewEvent, RecordedEvent } from './events/event.service.js';
export { splitPersonName } from './names/person-name.js';
export type { PersonName } from './names/person-name.js';
export * from './imports/index.js';
export type { InputProblem, ProgramProblem, ProgramResult } from './program-problem.js';
export { ProgramWork } from './program-work.js';
export { ProgramsModule } from './programs.module.js';
export { contactTags, SYSTEM_TAG, uniteTags } from './tags/tags.js';
export { UnitOfWork } from './unit-of-work.js';
