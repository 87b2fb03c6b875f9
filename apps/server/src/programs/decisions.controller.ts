import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Idempotent, type IdempotentCall, notFound, problem, ResourceId } from '@rekomi/http';
import { Audited } from '@rekomi/identity';
import {
  AffiliateService,
  type Decision,
  type DecisionOutcome,
  DECISIONS,
  EnrolmentService,
} from '@rekomi/programs';

import { AffiliateAnswer } from './affiliate.answer.js';
import { DecideAffiliateRequest } from './decide-affiliate.request.js';
import { DecideAffiliatesRequest } from './decide-affiliates.request.js';
import { DecisionsAnswer } from './decisions.answer.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';

const AGAIN = 'Deciding the same twice changes nothing and sends nothing; a decision can be turned round.';

@ApiTags('Affiliates')
@Controller('affiliates')
export class DecisionsController {
  constructor(
    private readonly enrolments: EnrolmentService,
    private readonly affiliates: AffiliateService,
    private readonly calls: ProgramCalls,
  ) {}

  @Post('approve')
  @Audited('affiliate.approved', { counts: ['decided', 'unchanged', 'failed'] })
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve up to 1,000 affiliates', description: `One result per id. ${AGAIN}` })
  @ApiOkResponse({ type: DecisionsAnswer })
  approveAffiliates(
    @Body() body: DecideAffiliatesRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<DecisionsAnswer> {
    return this.decideMany(call, decisionOf(body, body.affiliateIds, 'approved'));
  }

  @Post('reject')
  @Audited('affiliate.rejected', { counts: ['decided', 'unchanged', 'failed'] })
  @HttpCode(200)
  @ApiOperation({ summary: 'Reject up to 1,000 affiliates', description: `One result per id. ${AGAIN}` })
  @ApiOkResponse({ type: DecisionsAnswer })
  rejectAffiliates(
    @Body() body: DecideAffiliatesRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<DecisionsAnswer> {
    return this.decideMany(call, decisionOf(body, body.affiliateIds, 'rejected'));
  }

  @Post('unapprove')
  @Audited('affiliate.unapproved', { counts: ['decided', 'unchanged', 'failed'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put up to 1,000 affiliates back to waiting',
    description: `One result per id. ${AGAIN}`,
  })
  @ApiOkResponse({ type: DecisionsAnswer })
  unapproveAffiliates(
    @Body() body: DecideAffiliatesRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<DecisionsAnswer> {
    return this.decideMany(call, decisionOf(body, body.affiliateIds, 'unapproved'));
  }

  @Post('archive')
  @Audited('affiliate.archived', { counts: ['decided', 'unchanged', 'failed'] })
  @HttpCode(200)
  @ApiOperation({ summary: 'Archive up to 1,000 affiliates', description: `One result per id. ${AGAIN}` })
  @ApiOkResponse({ type: DecisionsAnswer })
  archiveAffiliates(
    @Body() body: DecideAffiliatesRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<DecisionsAnswer> {
    return this.decideMany(call, decisionOf(body, body.affiliateIds, 'archived'));
  }

  @Post('restore')
  @Audited('affiliate.restored', { counts: ['decided', 'unchanged', 'failed'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Restore up to 1,000 archived affiliates',
    description: `One result per id. ${AGAIN}`,
  })
  @ApiOkResponse({ type: DecisionsAnswer })
  restoreAffiliates(
    @Body() body: DecideAffiliatesRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<DecisionsAnswer> {
    return this.decideMany(call, decisionOf(body, body.affiliateIds, 'restored'));
  }

  @Post(':id/approve')
  @Audited('affiliate.approved')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Approve an affiliate',
    description: `The contact and the event affiliate_approved go to every connection of the campaign. ${AGAIN}`,
  })
  @ApiBody({ type: DecideAffiliateRequest, required: false })
  @ApiOkResponse({ type: AffiliateAnswer })
  approveAffiliate(
    @ResourceId('affiliate') id: string,
    @Body() body: DecideAffiliateRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<AffiliateAnswer> {
    return this.decideOne(call, decisionOf(body, [id], 'approved'));
  }

  @Post(':id/reject')
  @Audited('affiliate.rejected')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Reject an affiliate',
    description: `What an earlier approval brought is taken back at the campaign’s connections. ${AGAIN}`,
  })
  @ApiBody({ type: DecideAffiliateRequest, required: false })
  @ApiOkResponse({ type: AffiliateAnswer })
  rejectAffiliate(
    @ResourceId('affiliate') id: string,
    @Body() body: DecideAffiliateRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<AffiliateAnswer> {
    return this.decideOne(call, decisionOf(body, [id], 'rejected'));
  }

  @Post(':id/unapprove')
  @Audited('affiliate.unapproved')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put an affiliate back to waiting',
    description: `What an approval brought is taken back at the campaign’s connections: our tags, memberships and attributes, and nothing else. Automatic approval leaves the affiliate alone from then on. ${AGAIN}`,
  })
  @ApiBody({ type: DecideAffiliateRequest, required: false })
  @ApiOkResponse({ type: AffiliateAnswer })
  unapproveAffiliate(
    @ResourceId('affiliate') id: string,
    @Body() body: DecideAffiliateRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<AffiliateAnswer> {
    return this.decideOne(call, decisionOf(body, [id], 'unapproved'));
  }

  @Post(':id/archive')
  @Audited('affiliate.archived')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Archive an affiliate',
    description: `What was written because of this campaign is taken back, and nothing else. Nobody is deleted. ${AGAIN}`,
  })
  @ApiBody({ type: DecideAffiliateRequest, required: false })
  @ApiOkResponse({ type: AffiliateAnswer })
  archiveAffiliate(
    @ResourceId('affiliate') id: string,
    @Body() body: DecideAffiliateRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<AffiliateAnswer> {
    return this.decideOne(call, decisionOf(body, [id], 'archived'));
  }

  @Post(':id/restore')
  @Audited('affiliate.restored')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Restore an archived affiliate',
    description: `Back to what the affiliate was before. Who was approved is written again, without another event. ${AGAIN}`,
  })
  @ApiBody({ type: DecideAffiliateRequest, required: false })
  @ApiOkResponse({ type: AffiliateAnswer })
  restoreAffiliate(
    @ResourceId('affiliate') id: string,
    @Body() body: DecideAffiliateRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<AffiliateAnswer> {
    return this.decideOne(call, decisionOf(body, [id], 'restored'));
  }

  private decideOne(call: IdempotentCall, decision: Decision): Promise<AffiliateAnswer> {
    return this.calls.run(call, async (unit) => {
      const [outcome] = valueOf(await this.enrolments.decide(unit, decision));
      if (outcome === undefined) throw new Error('One id gave no outcome.');
      if (outcome.outcome === 'failed') {
        const { affiliateId, code, detail } = outcome;
        if (code === 'affiliate_not_found') throw notFound('affiliate', affiliateId);
        const known = code === 'is_archived' || code === 'not_decided';
        throw problem(known ? 'state_conflict' : 'unprocessable', {
          detail,
          errors: [{ pointer: known ? '#' : '#/campaign', code, detail }],
        });
      }
      return { status: 200, body: valueOf(await this.affiliates.get(unit, outcome.affiliateId)) };
    });
  }

  private decideMany(call: IdempotentCall, decision: Decision): Promise<DecisionsAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 200,
      body: decisionsAnswer(valueOf(await this.enrolments.decide(unit, decision))),
    }));
  }
}

function decisionOf(
  { campaign, reason }: DecideAffiliateRequest,
  affiliateIds: readonly string[],
  decision: Decision['decision'],
): Decision {
  return {
    affiliateIds,
    decision,
    ...(campaign === undefined ? {} : { campaign }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function decisionsAnswer(outcomes: readonly DecisionOutcome[]): DecisionsAnswer {
  const count = (...wanted: readonly DecisionOutcome['outcome'][]): number =>
    outcomes.filter(({ outcome }) => wanted.includes(outcome)).length;
  return {
    decided: count(...DECISIONS),
    unchanged: count('unchanged'),
    failed: count('failed'),
    results: outcomes.map((outcome, index) => ({ index, ...outcome })),
  };
}
