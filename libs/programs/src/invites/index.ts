export { AcceptanceService } from './acceptance.service.js';
export type {
  Acceptance,
  AcceptanceResult,
  Invitation,
  InvitationState,
  InvitePlace,
} from './acceptance.service.js';
export { readAddressList } from './address-list.js';
export type { ListedPerson } from './address-list.js';
export { InviteExpiry } from './invite-expiry.js';
export { readInviteFile } from './invite-file.js';
export type { InviteRow } from './invite-input.js';
export { InviteKeeperService } from './invite-keeper.service.js';
export type { InviteQuery } from './invite-keeper.service.js';
export { InviteLinks } from './invite-links.js';
export type { KeysFor } from './invite-links.js';
export { DEFAULT_DAYS, MOST_DAYS, MOST_INVITES } from './invite-request.js';
export type { InviteOutcome, InviteRequest } from './invite-request.js';
export type { DeliveredBy, SuppressionReason } from './invite-statements.js';
export { INVITE_STATES } from './invite-view.js';
export type { InviteState, InviteView } from './invite-view.js';
export { InviteService } from './invite.service.js';
export { InvitesModule } from './invites.module.js';
export { MOST_SUPPRESSIONS, SUPPRESSION_REASONS, SuppressionService } from './suppression.service.js';
export type {
  NewSuppressions,
  Suppression,
  SuppressionFilter,
  SuppressionOutcome,
} from './suppression.service.js';
