import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import { ApiPage, mapPage, type Page, pageById } from '@rekomi/http';
import { CurrentTenant, NoticeBoard, type Tenant } from '@rekomi/identity';

import { CodeTexts } from '../connections/code-texts.js';
import { pageAfterId } from '../programs/page-after-id.js';
import { NoticeAnswer } from './notice.answer.js';
import { NoticesQuery } from './notices.query.js';

@ApiTags('Notices')
@Controller('notices')
export class NoticesController {
  constructor(
    private readonly board: NoticeBoard,
    private readonly texts: CodeTexts,
    private readonly tenancy: Tenancy,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List notices',
    description:
      'What stopped working and needs somebody, newest first: once per change of state, never once per failure. Owners get them by mail as well.',
  })
  @ApiPage(NoticeAnswer)
  async listNotices(
    @Query() query: NoticesQuery,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<Page<NoticeAnswer>> {
    const rows = await this.tenancy.run(organizationId, (tx) =>
      this.board.list(tx, organizationId, query.filter(), pageAfterId(query)),
    );
    return mapPage(pageById(rows, query.limit), ({ code, ...notice }) => ({
      ...notice,
      reason: this.texts.of(code),
      occurredAt: notice.occurredAt.toISOString(),
      resolvedAt: notice.resolvedAt?.toISOString() ?? null,
    }));
  }
}
