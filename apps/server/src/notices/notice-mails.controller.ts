import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import { IdempotentWork } from '@rekomi/http';
import { Audited, CurrentPerson, NoticeMailWishes, type PersonTenant } from '@rekomi/identity';

import { NoticeMailsAnswer } from './notice-mails.answer.js';
import { UpdateNoticeMailsRequest } from './update-notice-mails.request.js';

/** Whether somebody wants notices by mail. */
@ApiTags('Notices')
@Controller('me/notice-mails')
export class NoticeMailsController {
  constructor(
    private readonly wishes: NoticeMailWishes,
    private readonly tenancy: Tenancy,
    private readonly work: IdempotentWork,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Read whether you get notices by mail' })
  @ApiOkResponse({ type: NoticeMailsAnswer })
  async getNoticeMails(@CurrentPerson() { organizationId, actor }: PersonTenant): Promise<NoticeMailsAnswer> {
    const byMail = await this.tenancy.run(organizationId, (tx) =>
      this.wishes.get(tx, organizationId, actor.id),
    );
    return { organizationId, byMail };
  }

  @Put()
  @Audited('member.notice_mails_chosen')
  @ApiOperation({
    summary: 'Choose whether you get notices by mail',
    description: 'Yours alone, and for this organisation alone. The list of notices stays the same for all.',
  })
  @ApiOkResponse({ type: NoticeMailsAnswer })
  async updateNoticeMails(
    @CurrentPerson() { organizationId, actor }: PersonTenant,
    @Body() { byMail }: UpdateNoticeMailsRequest,
  ): Promise<NoticeMailsAnswer> {
    return this.work.change(organizationId, async (tx) => {
      await this.wishes.set(tx, organizationId, actor.id, byMail);
      return { organizationId, byMail };
    });
  }
}
