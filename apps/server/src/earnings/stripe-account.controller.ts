import { Body, Controller, HttpCode, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { PayoutService, ProgramWork } from '@rekomi/programs';
import { Matches } from 'class-validator';

import { IfGiven } from '../programs/if-present.js';
import { valueOf } from '../programs/program-problems.js';

export class StripeAccountRequest {
  @ApiProperty({ type: String, nullable: true, example: 'acct_1PqXyZ', description: 'Null takes it away.' })
  @IfGiven()
  @Matches(/^acct_[A-Za-z0-9]{1,200}$/, { message: 'A connected account of Stripe: acct_… .' })
  readonly stripeAccountId!: string | null;
}

@ApiTags('Commissions')
@Controller('affiliates/:id/stripe-account')
export class StripeAccountController {
  constructor(
    private readonly payouts: PayoutService,
    private readonly work: ProgramWork,
  ) {}

  @Put()
  @HttpCode(204)
  @Audited('affiliate.stripe_account_set')
  @ApiOperation({ summary: 'Say which Stripe account pays this affiliate out' })
  @ApiNoContentResponse()
  async setStripeAccount(
    @ResourceId('affiliate') id: string,
    @Body() body: StripeAccountRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<void> {
    valueOf(
      await this.work.run(tenant.organizationId, (unit) =>
        this.payouts.setStripeAccount(unit, id, body.stripeAccountId),
      ),
    );
  }
}
