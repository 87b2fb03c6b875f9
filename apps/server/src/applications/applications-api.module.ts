import { Module } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { IdentityModule } from '@rekomi/identity';
import { MailOutbox } from '@rekomi/mail';
import {
  AddressConfirmationService,
  ApplicationFormService,
  ApplicationReader,
  ApplicationService,
  AutoApprovalService,
  ProgramsModule,
} from '@rekomi/programs';

import { ProgramCalls } from '../programs/program-calls.js';
import { PublicUrl } from '../resources/public-url.js';
import { AddressConfirmationController } from './address-confirmation.controller.js';
import { ApplicationFormsController } from './application-forms.controller.js';
import { ApplicationPageController } from './application-page.controller.js';
import { ApplicationPages } from './application-pages.js';
import { ApplicationsController } from './applications.controller.js';
import { HeadlessApplications } from './headless-applications.js';
import { PublicFormController } from './public-form.controller.js';

/**
 * `/p/…`, `/v1/campaigns/:id/form`, `/v1/applications`. Expects `Tenancy`, `SyncOutbox`, `MailOutbox` and `PublicUrl` from
 * global modules.
 */
@Module({
  imports: [ProgramsModule.register(), IdentityModule],
  controllers: [
    AddressConfirmationController,
    PublicFormController,
    ApplicationPageController,
    ApplicationFormsController,
    ApplicationsController,
  ],
  providers: [
    ApplicationFormService,
    ApplicationReader,
    ApplicationService,
    ApplicationPages,
    HeadlessApplications,
    ProgramCalls,
    {
      provide: AddressConfirmationService,
      inject: [Tenancy, AutoApprovalService, PublicUrl, MailOutbox],
      useFactory: (tenancy: Tenancy, approval: AutoApprovalService, addresses: PublicUrl, mail: MailOutbox) =>
        new AddressConfirmationService(tenancy, approval, addresses, mail),
    },
  ],
})
export class ApplicationsApiModule {}
