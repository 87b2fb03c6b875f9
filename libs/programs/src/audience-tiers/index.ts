export {
  DEFAULT_REFRESH_HOURS,
  MOST_AUDIENCE_TIERS,
  MOST_REFRESH_HOURS,
  readAudienceTiers,
} from './audience-tiers-input.js';
export { AudienceTiersService } from './audience-tiers.service.js';
export type { AudienceTiersView } from './audience-tiers.service.js';
export { ProgramsAudienceWatch } from './programs-audience-watch.js';
export { TierSettlement } from './tier-settlement.js';
