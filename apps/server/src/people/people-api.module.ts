import { Module } from '@nestjs/common';
import { IdentityModule } from '@rekomi/identity';

import { BrowserSessions } from './browser-sessions.js';
import { InvitationDelivery } from './invitation-delivery.js';
import { MeController } from './me.controller.js';
import { MemberInvitationsController } from './member-invitations.controller.js';
import { MembersController } from './members.controller.js';
import { OrganizationController } from './organization.controller.js';
import { AccountLinkPagesController } from './pages/account-link-pages.controller.js';
import { AccountPagesController } from './pages/account-pages.controller.js';
import { PasswordResetsController } from './password-resets.controller.js';
import { SessionController } from './session.controller.js';
import { SessionsController } from './sessions.controller.js';

/** People, their sessions and roles: over the API, and on pages of their own under /account. */
@Module({
  imports: [IdentityModule],
  controllers: [
    SessionController,
    SessionsController,
    MeController,
    PasswordResetsController,
    MembersController,
    MemberInvitationsController,
    OrganizationController,
    AccountPagesController,
    AccountLinkPagesController,
  ],
  providers: [BrowserSessions, InvitationDelivery],
})
export class PeopleApiModule {}
