import { Module } from '@nestjs/common';

import { AccessGuard } from './access/access.guard.js';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { ApiKeyService } from './api-keys/api-key.service.js';
import { AuditModule } from './audit/audit.module.js';
import { OrganizationService } from './organizations/organization.service.js';
import { FirstOwnerService } from './people/first-owner.service.js';
import { MemberInvitationService } from './people/member-invitation.service.js';
import { MemberService } from './people/member.service.js';
import { PasswordHasher } from './people/password-hasher.js';
import { PasswordResetService } from './people/password-reset.service.js';
import { SignInService } from './people/sign-in.service.js';
import { UserAccountService } from './people/user-account.service.js';
import { SessionAuthenticator } from './sessions/session-authenticator.js';
import { SessionCookie } from './sessions/session-cookie.js';
import { SessionService } from './sessions/session.service.js';

const SERVICES = [
  AccessGuard,
  ApiKeyAuthenticator,
  ApiKeyService,
  OrganizationService,
  SessionAuthenticator,
  SessionCookie,
  SessionService,
  PasswordHasher,
  UserAccountService,
  SignInService,
  MemberService,
  MemberInvitationService,
  FirstOwnerService,
  PasswordResetService,
];

/**
 * Organisations, people, API keys. Needs a global provider of `Tenancy`, and of `SiteAddress` where people come with a
 * browser: without one sessions work over plain HTTP only.
 */
@Module({ imports: [AuditModule], providers: SERVICES, exports: SERVICES })
export class IdentityModule {}
