export { isPublic, Public, RequiresScope } from './access/access.decorators.js';
export { AccessGuard, AccessGuard as ApiKeyGuard } from './access/access.guard.js';
export type { ApiKeyActor, TenantActor, UserActor } from './access/actor.js';
export { PERMISSIONS } from './access/permissions.js';
export type { Permission } from './access/permissions.js';
export { isAtLeast, ROLES } from './access/role.js';
export type { Role } from './access/role.js';
export { SiteAddress } from './access/site-address.js';
export { CurrentPerson, CurrentTenant, tenantOf } from './access/tenant.js';
export type { PersonTenant, Tenant } from './access/tenant.js';
export { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
export { ApiKeyService } from './api-keys/api-key.service.js';
export type { ApiKey, ApiKeyScope, CreatedApiKey, NewApiKey } from './api-keys/api-key.js';
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
export { AUDITED, Audited, NOT_AUDITED, NotAudited } from './audit/audited.decorator.js';
export type { AuditedOptions } from './audit/audited.decorator.js';
export { IdentityModule } from './identity.module.js';
export { OrganizationService } from './organizations/organization.service.js';
export type { Organization } from './organizations/organization.service.js';
