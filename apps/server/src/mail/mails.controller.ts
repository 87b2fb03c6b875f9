import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import { ApiPage, mapPage, type Page, pageById } from '@rekomi/http';
import { CurrentTenant, type Tenant } from '@rekomi/identity';
import { MailReader } from '@rekomi/mail';

import { MailAnswer, mailAnswer } from './mail.answer.js';
import { MailsQuery } from './mails.query.js';

@ApiTags('Mails')
@Controller('mails')
export class MailsController {
  readonly #mails: MailReader;

  constructor(tenancy: Tenancy) {
    this.#mails = new MailReader(tenancy);
  }

  @Get()
  @ApiOperation({
    summary: 'List mails',
    description:
      'What was left for the mail server and what came of it, newest first, for 90 days. What stands in a mail is shown to nobody.',
  })
  @ApiPage(MailAnswer)
  async listMails(@Query() query: MailsQuery, @CurrentTenant() tenant: Tenant): Promise<Page<MailAnswer>> {
    const after = query.afterId();
    const rows = await this.#mails.list(tenant.organizationId, query.filter(), {
      ...(after === undefined ? {} : { after }),
      limit: query.limit + 1,
    });
    return mapPage(pageById(rows, query.limit), mailAnswer);
  }
}
