import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Idempotent, type IdempotentCall, ResourceId } from '@rekomi/http';
import { Audited } from '@rekomi/identity';
import { AutoApprovalService, MatchingDecisionService } from '@rekomi/programs';

import { AutoApprovalAnswer } from './auto-approval.answer.js';
import { AutoApprovalRequest } from './auto-approval.request.js';
import { DecideMatchingRequest } from './decide-matching.request.js';
import { MatchingDecidedAnswer } from './matching-decided.answer.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';

/** Decisions on a whole campaign at once. */
@ApiTags('Campaigns')
@Controller('campaigns/:id')
export class CampaignDecisionsController {
  constructor(
    private readonly matching: MatchingDecisionService,
    private readonly autoApproval: AutoApprovalService,
    private readonly calls: ProgramCalls,
  ) {}

  @Post('decisions')
  @Audited('campaign.people_decided', { counts: ['matched', 'decided', 'remaining'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Decide on everybody whom a filter matches',
    description:
      'Count first with `dryRun`, then send the number as `expected`. One call decides up to 50,000 people, all or none of them; `remaining` tells whether another call is needed.',
  })
  @ApiOkResponse({ type: MatchingDecidedAnswer })
  decideMatching(
    @ResourceId('campaign') id: string,
    @Body() body: DecideMatchingRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<MatchingDecidedAnswer> {
    const { filter = {}, dryRun = false, ...rest } = body;
    return this.calls.run(call, async (unit) => {
      const decided = valueOf(await this.matching.decide(unit, id, { ...rest, filter, dryRun }));
      return { status: 200, body: { ...decided, dryRun } };
    });
  }

  @Post('auto-approve')
  @Audited('campaign.auto_approved', { counts: ['considered', 'approved', 'skipped'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Approve everybody who waits and fulfils the rules',
    description:
      'For instance after the rules changed. Everybody is looked at again at that moment; who is passed by keeps the reasons.',
  })
  @ApiBody({ type: AutoApprovalRequest, required: false })
  @ApiOkResponse({ type: AutoApprovalAnswer })
  runAutoApproval(
    @ResourceId('campaign') id: string,
    @Body() body: AutoApprovalRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<AutoApprovalAnswer> {
    const dryRun = body.dryRun ?? false;
    return this.calls.run(call, async (unit) => {
      const run = valueOf(await this.autoApproval.run(unit, id, { dryRun }));
      return { status: 200, body: { ...run, dryRun } };
    });
  }
}
