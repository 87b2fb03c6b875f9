export { isPublic, Public, RequiresScope } from './access/access.decorators.js';
export { AccessGuard } from './access/access.guard.js';
export type { ApiKeyActor, TenantActor, UserActor } from './access/actor.js';
export { PERMISSIONS } from './access/permissions.js';
export type { Permission } from './access/permissions.js';
export { isAtLeast, ROLES } from './access/role.js';
export type { Role } from './access/role.js';
export { SiteAddress } from './access/site-address.js';
export { CurrentPerson, CurrentTenant, tenantOf } from './access/tenant.js';
export type { PersonTenant, Tenant } from './access/tenant.js';
export { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
export { ApiKeyService, LONGEST_OVERLAP_HOURS, OVERLAP_HOURS } from './api-keys/api-key.service.js';
export type { ApiKey, ApiKeyChange, ApiKeyScope, CreatedApiKey, NewApiKey } from './api-keys/api-key.js';
export { parseApiKey } from './api-keys/api-key-text.js';
export type { ApiKeyEnvironment, ApiKeyText } from './api-keys/api-key-text.js';
export type {
  ActorKind,
  AuditActor,
  AuditDetails,
  AuditEntry,
  AuditResource,
  NewAuditEntry,
} from './audit/audit-entry.js';
export { AuditLogReader, positionOf } from './audit/audit-log-reader.js';
export type { AuditFilter, AuditPosition } from './audit/audit-log-reader.js';
export { AuditTrail } from './audit/audit-trail.js';
export { describeEffect } from './audit/describe-effect.js';
export type { EffectDescription } from './audit/describe-effect.js';
export { AUDITED, type AuditedOptions } from './audit/audited-action.js';
export { Audited, NOT_AUDITED, NotAudited } from './audit/audited.decorator.js';
export { IdentityModule } from './identity.module.js';
export { NoticeBoard } from './notices/notice-board.js';
export type { NewNotice, Notice, NoticeFilter } from './notices/notice.js';
export { NoticeMailWishes } from './notices/notice-mail-wishes.js';
export type { NoticeWords } from './notices/notice-mail.js';
export { NoticeTellings } from './notices/notice-tellings.js';
export type { Telling } from './notices/notice-tellings.js';
export { OrganizationService } from './organizations/organization.service.js';
export type { Organization } from './organizations/organization.js';
export { memberInvitationMail } from './people/account-mails.js';
export { FirstOwnerService } from './people/first-owner.service.js';
export type { FirstOwnerLink } from './people/first-owner.service.js';
export { FIRST_OWNER_DAYS, INVITATION_DAYS, RESET_MINUTES } from './people/link-lifetimes.js';
export { MemberInvitationService } from './people/member-invitation.service.js';
export type {
  Acceptance,
  MemberInvitation,
  MemberInvitationState,
  OpenInvitation,
} from './people/member-invitation.service.js';
export { MemberService } from './people/member.service.js';
export type { Changer, Member } from './people/member.service.js';
export { PASSWORD_LENGTH } from './people/password-rules.js';
export { PasswordResetService } from './people/password-reset.service.js';
export { SignInService } from './people/sign-in.service.js';
export type { SignIn } from './people/sign-in.service.js';
export { UserAccountService } from './people/user-account.service.js';
export { refuseForeignPage, requireOwnPage } from './access/csrf.js';
export { SessionAuthenticator } from './sessions/session-authenticator.js';
export { SessionCookie } from './sessions/session-cookie.js';
export { SessionService } from './sessions/session.service.js';
export { IDLE_DAYS } from './sessions/session.js';
export type { Client, OpenedSession, OrganizationChoice, Session } from './sessions/session.js';
export { csrfTokenOf } from './sessions/session-token.js';
