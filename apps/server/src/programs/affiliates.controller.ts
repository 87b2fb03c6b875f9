import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, Idempotent, type IdempotentCall, type Page, pageById, ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { AffiliateIntakeService, AffiliateService, type IntakeOutcome, ProgramWork } from '@rekomi/programs';

import { AffiliateRowsAnswer } from './affiliate-rows.answer.js';
import { AffiliateAnswer } from './affiliate.answer.js';
import { AffiliatesQuery } from './affiliates.query.js';
import { CreateAffiliateRequest } from './create-affiliate.request.js';
import { CreateAffiliatesRequest } from './create-affiliates.request.js';
import { pageAfterId } from './page-after-id.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';
import { UpdateAffiliateRequest } from './update-affiliate.request.js';

@ApiTags('Affiliates')
@Controller('affiliates')
export class AffiliatesController {
  constructor(
    private readonly affiliates: AffiliateService,
    private readonly intake: AffiliateIntakeService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post()
  @Audited('affiliate.saved')
  @ApiOperation({
    summary: 'Add an affiliate',
    description:
      'Somebody with this address, in any letter case, is brought up to date instead: values replace, blank never erases.',
  })
  @ApiCreatedResponse({ type: AffiliateAnswer, description: 'Created.' })
  @ApiOkResponse({ type: AffiliateAnswer, description: 'There was one with this address.' })
  createAffiliate(
    @Body() body: CreateAffiliateRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<AffiliateAnswer> {
    const { campaign, status, ...row } = body;
    return this.calls.run(call, async (unit) => {
      const { created, affiliate } = valueOf(
        await this.intake.takeOne(unit, {
          affiliate: row,
          ...(campaign === undefined ? {} : { campaign }),
          ...(status === undefined ? {} : { status }),
        }),
      );
      return { status: created ? 201 : 200, body: affiliate };
    });
  }

  @Post('bulk')
  @Audited('affiliate.saved', { counts: ['created', 'updated', 'alreadyExists', 'invalid'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Add up to 1,000 affiliates',
    description:
      'One result per row. A row that cannot be accepted is reported and does not stop the others.',
  })
  @ApiOkResponse({ type: AffiliateRowsAnswer })
  createAffiliates(
    @Body() body: CreateAffiliatesRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<AffiliateRowsAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 200,
      body: rowsAnswer(valueOf(await this.intake.take(unit, body))),
    }));
  }

  @Get()
  @ApiOperation({ summary: 'List affiliates', description: 'Newest first. Filters are combined.' })
  @ApiPage(AffiliateAnswer)
  async listAffiliates(
    @Query() query: AffiliatesQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<AffiliateAnswer>> {
    const wanted = pageAfterId(query);
    const rows = await this.work.run(tenant.organizationId, (unit) =>
      this.affiliates.list(unit, query.filter(), wanted),
    );
    return pageById(valueOf(rows), query.limit);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read an affiliate' })
  @ApiOkResponse({ type: AffiliateAnswer })
  async getAffiliate(
    @ResourceId('affiliate') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<AffiliateAnswer> {
    return valueOf(await this.work.run(tenant.organizationId, (unit) => this.affiliates.get(unit, id)));
  }

  @Patch(':id')
  @Audited('affiliate.updated')
  @ApiOperation({
    summary: 'Change an affiliate',
    description: 'A new name or address reaches every connection where the affiliate is.',
  })
  @ApiOkResponse({ type: AffiliateAnswer })
  async updateAffiliate(
    @ResourceId('affiliate') id: string,
    @Body() body: UpdateAffiliateRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<AffiliateAnswer> {
    return this.calls.change(tenant, (unit) => this.affiliates.change(unit, id, body));
  }
}

function rowsAnswer(outcomes: readonly IntakeOutcome[]): AffiliateRowsAnswer {
  const count = (wanted: IntakeOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length;
  return {
    created: count('created'),
    updated: count('updated'),
    alreadyExists: count('already_exists'),
    invalid: count('invalid'),
    results: outcomes.map((outcome, index) => ({ index, ...outcome })),
  };
}
