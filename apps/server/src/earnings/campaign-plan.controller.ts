import { Body, Controller, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { CommissionPlanService, ProgramWork } from '@rekomi/programs';

import { valueOf } from '../programs/program-problems.js';
import { CommissionPlanAnswer, commissionPlanAnswer } from './commission-plan.answer.js';
import { AssignPlanRequest } from './commission-plan.request.js';

export class CampaignPlanAnswer {
  @ApiProperty({ type: CommissionPlanAnswer, nullable: true })
  readonly commissionPlan!: CommissionPlanAnswer | null;
}

@ApiTags('Commissions')
@Controller('campaigns/:id/commission-plan')
export class CampaignPlanController {
  constructor(
    private readonly plans: CommissionPlanService,
    private readonly work: ProgramWork,
  ) {}

  @Put()
  @Audited('campaign.commission_plan_assigned')
  @ApiOperation({ summary: 'Choose the plan that a campaign pays by, from now on' })
  @ApiOkResponse({ type: CampaignPlanAnswer })
  async assignCommissionPlan(
    @ResourceId('campaign') id: string,
    @Body() body: AssignPlanRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<CampaignPlanAnswer> {
    const plan = valueOf(
      await this.work.run(tenant.organizationId, (unit) =>
        this.plans.assign(unit, id, body.commissionPlanId),
      ),
    );
    return { commissionPlan: plan === null ? null : commissionPlanAnswer(plan) };
  }
}
