import { Affiliate } from './affiliate.entity.js';
import { CampaignDestination } from './campaign-destination.entity.js';
import { Campaign } from './campaign.entity.js';
import { Consent } from './consent.entity.js';
import { Enrolment } from './enrolment.entity.js';
import { ProgramEvent } from './event.entity.js';

export { Affiliate, Campaign, CampaignDestination, Consent, Enrolment, ProgramEvent };
export { ENROLMENT_STATUSES } from './enrolment.entity.js';
export type { EnrolmentStatus } from './enrolment.entity.js';

/** For the data source. */
export const programEntities = [Campaign, CampaignDestination, Affiliate, Enrolment, Consent, ProgramEvent];
