import { Module } from '@nestjs/common';

import { MailsController } from './mails.controller.js';

/** `/v1/mails`. Expects `Tenancy` from a global module. */
@Module({ controllers: [MailsController] })
export class MailsApiModule {}
