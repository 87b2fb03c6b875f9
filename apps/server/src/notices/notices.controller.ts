import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  IdempotentWork,
  mapPage,
  notFound,
  type Page,
  pageById,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, NoticeBoard, type Tenant } from '@rekomi/identity';
import { waitingContacts } from '@rekomi/sync';

import { pageAfterId } from '../programs/page-after-id.js';
import { NoticeAnswers } from './notice-answers.js';
import { NoticeAnswer } from './notice.answer.js';
import { NoticesQuery } from './notices.query.js';
import { ReadNoticesAnswer } from './read-notices.answer.js';

const WHAT = 'notice';

@ApiTags('Notices')
@Controller('notices')
export class NoticesController {
  constructor(
    private readonly board: NoticeBoard,
    private readonly answers: NoticeAnswers,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List notices',
    description:
      'What stopped working and needs somebody, newest first: once per change of state, never once per contact or per failure. Owners and admins get them by mail as well, webhook endpoints as events.',
  })
  @ApiPage(NoticeAnswer)
  async listNotices(
    @Query() query: NoticesQuery,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<Page<NoticeAnswer>> {
    const [rows, waiting] = await this.tenancy.run(organizationId, async (tx) => {
      const found = await this.board.list(tx, organizationId, query.filter(), pageAfterId(query));
      const ids = new Set(found.map(({ subjectId }) => subjectId));
      return [found, await waitingContacts(tx, organizationId, [...ids])] as const;
    });
    return mapPage(pageById(rows, query.limit), (notice) =>
      this.answers.notice(notice, waiting.get(notice.subjectId)),
    );
  }

  @Post(':id/read')
  @Audited('notice.read', { label: 'subjectLabel' })
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark a notice as read', description: 'For everybody of the organisation.' })
  @ApiOkResponse({ type: NoticeAnswer })
  async markNoticeRead(
    @ResourceId(WHAT) id: string,
    @CurrentTenant() { organizationId }: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<NoticeAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const notice = await this.board.markRead(tx, organizationId, id);
      if (notice === undefined) throw notFound(WHAT, id);
      const waiting = await waitingContacts(tx, organizationId, [notice.subjectId]);
      return { status: 200, body: this.answers.notice(notice, waiting.get(notice.subjectId)) };
    });
  }

  @Post('read')
  @Audited('notice.all_read', { counts: ['marked'] })
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark all notices as read', description: 'For everybody of the organisation.' })
  @ApiOkResponse({ type: ReadNoticesAnswer })
  async markNoticesRead(
    @CurrentTenant() { organizationId }: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<ReadNoticesAnswer> {
    return this.idempotent.run(call, async (tx) => ({
      status: 200,
      body: { marked: await this.board.markAllRead(tx, organizationId) },
    }));
  }
}
