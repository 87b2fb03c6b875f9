import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { sendCsv } from '@rekomi/http';
import { CurrentTenant, type Tenant } from '@rekomi/identity';
import { AffiliateService, ProgramWork } from '@rekomi/programs';
import type { FastifyReply } from 'fastify';

import { AFFILIATES_CSV_HEADER, affiliateCsvRows } from './affiliates-csv.js';
import { AffiliatesQuery } from './affiliates.query.js';
import { valueOf } from './program-problems.js';

@ApiTags('Affiliates')
@Controller()
export class AffiliatesExportController {
  constructor(
    private readonly affiliates: AffiliateService,
    private readonly work: ProgramWork,
  ) {}

  @Get('affiliates.csv')
  @ApiOperation({
    summary: 'Download affiliates',
    description:
      'Everybody whom the filters match, newest first, as CSV (RFC 4180, UTF-8 with a byte order mark). Several campaigns, statuses and tiers of one affiliate are separated by bars, in the same order. Cells that a spreadsheet would take for a formula begin with an apostrophe. `limit` and `cursor` have no meaning here.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async downloadAffiliates(
    @Query() query: AffiliatesQuery,
    @CurrentTenant() tenant: Tenant,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const rows = affiliateCsvRows(async (page) =>
      valueOf(
        await this.work.run(tenant.organizationId, (unit) =>
          this.affiliates.list(unit, query.filter(), page),
        ),
      ),
    );
    await sendCsv(reply, 'affiliates.csv', AFFILIATES_CSV_HEADER, rows);
  }
}
