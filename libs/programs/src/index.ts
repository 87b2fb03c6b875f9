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
export type { RulesInput } from './approval/read-rules.js';
export { completeRules } from './approval/approval-rules.js';
export type { AllowBlock, ApprovalRules } from './approval/approval-rules.js';
export { AutoApprovalService } from './approval/auto-approval.service.js';
export type { AutoApprovalOutcome, AutoApprovalRun } from './approval/auto-approval.service.js';
export * from './applications/index.js';
export * from './audience-tiers/index.js';
export { CampaignService } from './campaigns/campaign.service.js';
export type { AutoApproveInput } from './campaigns/campaign-input.js';
export type { CampaignChange, NewCampaign } from './campaigns/campaign.service.js';
export { ProgramsMemberships } from './explanation/programs-memberships.js';
export { ProgramsDesiredState } from './desired-state/programs-desired-state.js';
export { connectionPeople } from './desired-state/connection-people.js';
export { wantedContacts } from './desired-state/wanted-contacts.js';
export { DestinationService } from './destinations/destination.service.js';
export type { StoredDestination } from './destinations/destination.service.js';
export type { DestinationAudience, DestinationInput } from './destinations/destination-input.js';
export type { Destination, Inheritable, NamedAudience } from './destinations/destination-view.js';
export { VendorManifests } from './destinations/vendor-manifests.js';
export { DECISIONS } from './enrolments/decision.js';
export type { DecisionFailure, DecisionKind } from './enrolments/decision.js';
export { APPROVED_EVENT } from './enrolments/decision-fan-out.js';
export { EnrolmentService } from './enrolments/enrolment.service.js';
export type { Decision, DecisionOutcome } from './enrolments/enrolment.service.js';
export type { EnrolmentFilter } from './enrolments/enrolment-filter.js';
export { MatchingDecisionService, MOST_AT_ONCE } from './enrolments/matching-decision.service.js';
export type { MatchingDecided, MatchingDecision } from './enrolments/matching-decision.service.js';
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
export { eventProblem, EventService } from './events/event.service.js';
export type { EventIntake, EventOutcome, NotSentCode, RecordedEvent } from './events/event.service.js';
export type { EventWarning } from './events/event-checks.js';
export type { NewEvent } from './events/event-input.js';
export { eventMessages } from './events/event-messages.js';
export type { WantedEvents } from './events/event-messages.js';
export { readEventName } from './events/event-name.js';
export { EventReader } from './events/event-reader.js';
export type { EventQuery } from './events/event-reader.js';
export type { EventView } from './events/event-view.js';
export { EventTypeService } from './events/event-type.service.js';
export type { EventTypeChange, EventTypeView, NewEventType } from './events/event-type.service.js';
export { EventRulesService } from './events/event-rules.service.js';
export { routedName } from './events/event-rules.js';
export type { EventRules, EventRulesInput } from './events/event-rules.js';
export * from './invites/index.js';
export { splitPersonName } from './names/person-name.js';
export type { PersonName } from './names/person-name.js';
export * from './imports/index.js';
export type { InputProblem, ProgramProblem, ProgramResult } from './program-problem.js';
export { ProgramWork } from './program-work.js';
export { ProgramsModule } from './programs.module.js';
export { contactTags, SYSTEM_TAG, uniteTags } from './tags/tags.js';
export { UnitOfWork } from './unit-of-work.js';
export { CommissionPlanService } from './commissions/commission-plan.service.js';
export type { StoredPlan } from './commissions/commission-plan.service.js';
export { moneyText } from './commissions/money.js';
export type { CommissionPlan, Component, Occasion, Terms } from './commissions/plan.js';
export { OCCASIONS } from './commissions/plan-input.js';
export { percentText } from './commissions/rate.js';
export { ConversionService } from './conversions/conversion.service.js';
export type { ConversionView } from './conversions/conversion-view.js';
export { RefundService } from './conversions/refund.service.js';
export type { RefundView } from './conversions/refund.service.js';
export { PayoutService } from './payouts/payout.service.js';
export type { PayoutInput, PayoutView } from './payouts/payout.service.js';
export { DestinationAudienceNames } from './destinations/destination-audience-names.js';
