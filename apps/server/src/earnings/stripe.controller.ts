import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { KEEP_RAW_BODY, Limited } from '@rekomi/http';
import { NotAudited, Public } from '@rekomi/identity';
import { PayoutService, ProgramWork } from '@rekomi/programs';
import type { OpenedSource } from '@rekomi/webhooks';

import { valueOf } from '../programs/program-problems.js';
import { CurrentSource, SignedSourceGuard } from './signed-source.guard.js';
import { payoutOf } from './stripe-event.js';

export class StripeEventAnswer {
  @ApiProperty({ enum: ['recorded', 'known_already', 'not_a_payout'] })
  readonly outcome!: 'recorded' | 'known_already' | 'not_a_payout';
}

/** Public by name only: Stripe signs every request. */
@Public()
@Limited('inbound', { perMinute: 6_000 })
@UseGuards(SignedSourceGuard)
@ApiTags('Inbound')
@ApiParam({ name: 'source', format: 'uuid' })
@Controller('inbound/:source')
export class StripeController {
  constructor(
    private readonly payouts: PayoutService,
    private readonly work: ProgramWork,
  ) {}

  @Post('stripe')
  @RouteConfig(KEEP_RAW_BODY)
  @HttpCode(200)
  @NotAudited('told by Stripe; the payout itself is the record')
  @ApiOperation({
    summary: 'Take a Stripe Connect webhook',
    description:
      'transfer.created and payout.paid become payout_sent, payout.failed becomes payout_failed, of the affiliate with that Stripe account. Other events are ignored. An account that no affiliate has is answered with 404, so that Stripe sends it again later.',
  })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiOkResponse({ type: StripeEventAnswer })
  async takeStripeEvent(
    @Body() body: unknown,
    @CurrentSource() source: OpenedSource,
  ): Promise<StripeEventAnswer> {
    const payout = payoutOf(body);
    if (payout === undefined) return { outcome: 'not_a_payout' };
    const { created } = valueOf(
      await this.work.run(source.organizationId, (unit) => this.payouts.record(unit, payout)),
    );
    return { outcome: created ? 'recorded' : 'known_already' };
  }
}
