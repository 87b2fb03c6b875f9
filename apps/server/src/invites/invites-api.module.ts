import { Module } from '@nestjs/common';
import { InvitesModule, ProgramsModule } from '@rekomi/programs';

import { ProgramCalls } from '../programs/program-calls.js';
import { InvitationsController } from './invitations.controller.js';
import { InviteTable } from './invite-table.js';
import { InvitesController } from './invites.controller.js';
import { InvitesCsvController } from './invites-csv.controller.js';
import { SuppressionsController } from './suppressions.controller.js';
import { UnsubscribingController } from './unsubscribing.controller.js';

/** `/v1/invites`, `/v1/suppressions`, `/invites/TOKEN`, `/unsubscribe/TOKEN`. */
@Module({
  imports: [ProgramsModule.register(), InvitesModule],
  controllers: [
    InvitesCsvController,
    InvitesController,
    SuppressionsController,
    InvitationsController,
    UnsubscribingController,
  ],
  providers: [ProgramCalls, InviteTable],
})
export class InvitesApiModule {}
