import { Module } from '@nestjs/common';

import { ContactFanOut } from '../enrolments/contact-fan-out.js';
import { ProgramsModule } from '../programs.module.js';
import { AcceptanceService } from './acceptance.service.js';
import { InviteExpiry } from './invite-expiry.js';
import { InviteFanOut } from './invite-fan-out.js';
import { InviteKeeperService } from './invite-keeper.service.js';
import { InviteMailer } from './invite-mailer.js';
import { InviteService } from './invite.service.js';
import { SuppressionService } from './suppression.service.js';

const SERVICES = [InviteService, InviteKeeperService, AcceptanceService, SuppressionService, InviteExpiry];

/** Invites and suppressed addresses. Expects `Tenancy`, `SyncOutbox`, `MailOutbox` and `InviteLinks` from global modules. */
@Module({
  imports: [ProgramsModule.register()],
  providers: [ContactFanOut, InviteFanOut, InviteMailer, ...SERVICES],
  exports: SERVICES,
})
export class InvitesModule {}
