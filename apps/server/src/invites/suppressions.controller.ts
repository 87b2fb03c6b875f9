import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  type CsvCell,
  Idempotent,
  type IdempotentCall,
  type Page,
  pageById,
  ResourceId,
  sendCsv,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { ProgramWork, type Suppression, type SuppressionFilter, SuppressionService } from '@rekomi/programs';
import type { FastifyReply } from 'fastify';

import { pageAfterId } from '../programs/page-after-id.js';
import { ProgramCalls } from '../programs/program-calls.js';
import { valueOf } from '../programs/program-problems.js';
import { LiftSuppressionRequest } from './lift-suppression.request.js';
import { SuppressAddressesRequest } from './suppress-addresses.request.js';
import { SuppressedRowsAnswer } from './suppressed-rows.answer.js';
import { SuppressionAnswer } from './suppression.answer.js';
import { SuppressionsQuery } from './suppressions.query.js';

const PAGE = 1_000;
const CSV_HEADER = ['email', 'reason', 'source', 'note', 'at', 'lifted_at', 'lifted_reason', 'id'];

@ApiTags('Invites')
@Controller()
export class SuppressionsController {
  constructor(
    private readonly suppressions: SuppressionService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post('suppressions')
  @HttpCode(200)
  @Audited('suppression.added', { counts: ['suppressed', 'alreadySuppressed', 'invalid'] })
  @ApiOperation({
    summary: 'Suppress addresses',
    description: 'They are neither invited nor mailed. One result per address.',
  })
  @ApiOkResponse({ type: SuppressedRowsAnswer })
  suppressAddresses(
    @Body() body: SuppressAddressesRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<SuppressedRowsAnswer> {
    return this.calls.run(call, async (unit) => {
      const outcomes = valueOf(
        await this.suppressions.add(unit, {
          emails: body.emails,
          reason: body.reason ?? 'manual',
          source: 'api',
          note: body.note ?? null,
        }),
      );
      const count = (wanted: string): number => outcomes.filter(({ outcome }) => outcome === wanted).length;
      return {
        status: 200,
        body: {
          suppressed: count('suppressed'),
          alreadySuppressed: count('already_suppressed'),
          invalid: count('invalid'),
          results: outcomes.map((outcome, index) => ({ index, ...outcome })),
        },
      };
    });
  }

  @Get('suppressions')
  @ApiOperation({ summary: 'List suppressed addresses', description: 'Newest first.' })
  @ApiPage(SuppressionAnswer)
  async listSuppressions(
    @Query() query: SuppressionsQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<SuppressionAnswer>> {
    const wanted = pageAfterId(query);
    const rows = await this.work.run(tenant.organizationId, (unit) =>
      this.suppressions.list(unit, query.filter(), wanted),
    );
    return pageById(rows, query.limit);
  }

  @Get('suppressions.csv')
  @ApiOperation({
    summary: 'Download suppressed addresses',
    description:
      'Everything that the filters match, newest first, as CSV. `limit` and `cursor` have no meaning here.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async downloadSuppressions(
    @Query() query: SuppressionsQuery,
    @CurrentTenant() tenant: Tenant,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendCsv(reply, 'suppressions.csv', CSV_HEADER, this.rows(tenant.organizationId, query.filter()));
  }

  @Post('suppressions/:id/lift')
  @HttpCode(200)
  @Audited('suppression.lifted')
  @ApiOperation({
    summary: 'Allow an address again',
    description: 'The record stays, with the reason. Somebody who unsubscribed should have asked for it.',
  })
  @ApiOkResponse({ type: SuppressionAnswer })
  liftSuppression(
    @ResourceId('suppression') id: string,
    @Body() body: LiftSuppressionRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<SuppressionAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 200,
      body: valueOf(await this.suppressions.lift(unit, id, body.reason)),
    }));
  }

  private async *rows(organizationId: string, filter: SuppressionFilter): AsyncGenerator<readonly CsvCell[]> {
    for (let after: string | undefined; ;) {
      const found: readonly Suppression[] = await this.work.run(organizationId, (unit) =>
        this.suppressions.list(unit, filter, { limit: PAGE, ...(after === undefined ? {} : { after }) }),
      );
      const rows = found.slice(0, PAGE);
      for (const one of rows) {
        yield [one.email, one.reason, one.source, one.note, one.at, one.liftedAt, one.liftedReason, one.id];
      }
      after = rows.at(-1)?.id;
      if (found.length <= PAGE || after === undefined) return;
    }
  }
}
