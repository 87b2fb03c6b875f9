import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  mapPage,
  type Page,
  pageById,
  PageQuery,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { CommissionPlanService, ProgramWork } from '@rekomi/programs';

import { pageAfterId } from '../programs/page-after-id.js';
import { ProgramCalls } from '../programs/program-calls.js';
import { valueOf } from '../programs/program-problems.js';
import { CommissionPlanAnswer, commissionPlanAnswer } from './commission-plan.answer.js';
import { CommissionPlanRequest } from './commission-plan.request.js';

@ApiTags('Commissions')
@Controller('commission-plans')
export class CommissionPlansController {
  constructor(
    private readonly plans: CommissionPlanService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post()
  @Audited('commission_plan.created', { label: 'name' })
  @ApiOperation({
    summary: 'Create a commission plan',
    description:
      'Parts are added: 15.00 once plus 18 per cent is a plan with two. Every amount is exact in minor units.',
  })
  @ApiCreatedResponse({ type: CommissionPlanAnswer })
  createCommissionPlan(
    @Body() body: CommissionPlanRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<CommissionPlanAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 201,
      body: commissionPlanAnswer(valueOf(await this.plans.create(unit, body))),
    }));
  }

  @Get()
  @ApiOperation({ summary: 'List commission plans', description: 'Newest first.' })
  @ApiPage(CommissionPlanAnswer)
  async listCommissionPlans(
    @Query() query: PageQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<CommissionPlanAnswer>> {
    const wanted = pageAfterId(query);
    const rows = await this.work.run(tenant.organizationId, (unit) => this.plans.list(unit, wanted));
    return mapPage(pageById(rows, query.limit), commissionPlanAnswer);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a commission plan' })
  @ApiOkResponse({ type: CommissionPlanAnswer })
  async getCommissionPlan(
    @ResourceId('commission plan') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<CommissionPlanAnswer> {
    return commissionPlanAnswer(
      valueOf(await this.work.run(tenant.organizationId, (unit) => this.plans.get(unit, id))),
    );
  }

  @Put(':id')
  @Audited('commission_plan.replaced', { label: 'name' })
  @ApiOperation({
    summary: 'Replace a commission plan',
    description: 'Holds for conversions from now on. What was booked before keeps what it earned.',
  })
  @ApiOkResponse({ type: CommissionPlanAnswer })
  async replaceCommissionPlan(
    @ResourceId('commission plan') id: string,
    @Body() body: CommissionPlanRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<CommissionPlanAnswer> {
    return commissionPlanAnswer(
      valueOf(await this.work.run(tenant.organizationId, (unit) => this.plans.replace(unit, id, body))),
    );
  }
}
