import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { sendCsv } from '@rekomi/http';
import { CurrentTenant, type Tenant } from '@rekomi/identity';
import type { FastifyReply } from 'fastify';

import { INVITE_CSV_HEADER, InviteTable } from './invite-table.js';
import { InvitesQuery } from './invites.query.js';

@ApiTags('Invites')
@Controller('invites.csv')
export class InvitesCsvController {
  constructor(private readonly table: InviteTable) {}

  @Get()
  @ApiOperation({
    summary: 'Download invites with their links',
    description:
      'Everything that the filters match, newest first, as CSV (RFC 4180, UTF-8 with a byte order mark). Cells that a spreadsheet would take for a formula begin with an apostrophe. `limit` and `cursor` have no meaning here.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async downloadInvites(
    @Query() query: InvitesQuery,
    @CurrentTenant() tenant: Tenant,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendCsv(
      reply,
      'invites.csv',
      INVITE_CSV_HEADER,
      this.table.rows(tenant.organizationId, query.filter()),
    );
  }
}
