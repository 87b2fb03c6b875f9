import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiPage, mapPage, type Page, page, sendCsv } from '@rekomi/http';
import { AuditLogReader, CurrentTenant, positionOf, type Tenant } from '@rekomi/identity';
import type { FastifyReply } from 'fastify';

import { AUDIT_CSV_HEADER, auditCsvRows } from './audit-csv.js';
import { AuditEntriesQuery } from './audit-entries.query.js';
import { AuditEntryAnswer, auditEntryAnswer } from './audit-entry.answer.js';
import { positionAfter } from './position-after.js';

@ApiTags('Audit log')
@Controller()
export class AuditController {
  constructor(private readonly log: AuditLogReader) {}

  @Get('audit-entries')
  @ApiOperation({
    summary: 'Search the audit log',
    description: 'Who did what to what, from where. Newest first; filters are combined.',
  })
  @ApiPage(AuditEntryAnswer)
  async listAuditEntries(
    @Query() query: AuditEntriesQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<AuditEntryAnswer>> {
    const after = positionAfter(query);
    const rows = await this.log.list(tenant.organizationId, query.filter(), {
      ...(after === undefined ? {} : { after }),
      limit: query.limit + 1,
    });
    return mapPage(page(rows, query.limit, positionOf), auditEntryAnswer);
  }

  @Get('audit-entries.csv')
  @ApiOperation({
    summary: 'Download the audit log',
    description:
      'Everything that the filters match, newest first, as CSV (RFC 4180, UTF-8 with a byte order mark). Cells that a spreadsheet would take for a formula begin with an apostrophe. `limit` and `cursor` have no meaning here.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async downloadAuditEntries(
    @Query() query: AuditEntriesQuery,
    @CurrentTenant() tenant: Tenant,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const entries = this.log.all(tenant.organizationId, query.filter());
    await sendCsv(reply, 'audit-log.csv', AUDIT_CSV_HEADER, auditCsvRows(entries));
  }
}
