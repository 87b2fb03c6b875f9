import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiPage, type Page, pageById, ResourceId, sendCsv } from '@rekomi/http';
import { CurrentTenant, type Tenant } from '@rekomi/identity';
import { type ApplicationQuery, ApplicationReader, ProgramWork } from '@rekomi/programs';
import type { FastifyReply } from 'fastify';

import { pageAfterId } from '../programs/page-after-id.js';
import { valueOf } from '../programs/program-problems.js';
import { ApplicationSummaryAnswer } from './application-summary.answer.js';
import { ApplicationAnswer } from './application.answer.js';
import { applicationCells, APPLICATION_COLUMNS } from './application-table.js';
import { ExportApplicationsQuery } from './export-applications.query.js';
import { ApplicationsQuery } from './applications.query.js';

const ROWS_AT_ONCE = 500;

/** What came in through the public pages. */
@ApiTags('Applications')
@Controller()
export class ApplicationsController {
  constructor(
    private readonly applications: ApplicationReader,
    private readonly work: ProgramWork,
  ) {}

  @Get('applications')
  @ApiOperation({
    summary: 'List applications',
    description: 'Newest first, with the answers that count. Decide under /v1/affiliates.',
  })
  @ApiPage(ApplicationSummaryAnswer)
  async listApplications(
    @Query() query: ApplicationsQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<ApplicationSummaryAnswer>> {
    const wanted = pageAfterId(query);
    const rows = valueOf(
      await this.work.run(tenant.organizationId, (unit) =>
        this.applications.list(unit, filterOf(query), wanted),
      ),
    );
    return pageById(rows, query.limit);
  }

  @Get('applications.csv')
  @ApiOperation({
    summary: 'Download applications as CSV',
    description:
      'One column per question that was ever asked in them. Texts that a spreadsheet would take for a formula have an apostrophe in front.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async exportApplications(
    @Query() query: ExportApplicationsQuery,
    @CurrentTenant() tenant: Tenant,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const filter = filterOf(query);
    const questions = valueOf(
      await this.work.run(tenant.organizationId, (unit) => this.applications.questions(unit, filter)),
    );
    const header = [...APPLICATION_COLUMNS, ...questions.map(({ label }) => label)];
    const keys = questions.map(({ key }) => key);
    await sendCsv(reply, 'applications.csv', header, this.rows(tenant.organizationId, filter, keys));
  }

  @Get('applications/:id')
  @ApiOperation({
    summary: 'Read an application',
    description:
      'With the questions as they were asked, the consents word for word, and everything sent later.',
  })
  @ApiOkResponse({ type: ApplicationAnswer })
  async getApplication(
    @ResourceId('application') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ApplicationAnswer> {
    return valueOf(await this.work.run(tenant.organizationId, (unit) => this.applications.get(unit, id)));
  }

  private async *rows(
    organizationId: string,
    filter: ApplicationQuery,
    keys: readonly string[],
  ): AsyncGenerator<ReturnType<typeof applicationCells>> {
    let after: string | undefined;
    do {
      const page = { limit: ROWS_AT_ONCE, ...(after === undefined ? {} : { after }) };
      const rows = valueOf(
        await this.work.run(organizationId, (unit) => this.applications.list(unit, filter, page)),
      );
      const shown = rows.slice(0, ROWS_AT_ONCE);
      for (const row of shown) yield applicationCells(row, keys);
      after = rows.length > ROWS_AT_ONCE ? shown.at(-1)?.id : undefined;
    } while (after !== undefined);
  }
}

function filterOf({ campaign, status }: ExportApplicationsQuery): ApplicationQuery {
  return { ...(campaign === undefined ? {} : { campaign }), ...(status === undefined ? {} : { status }) };
}
