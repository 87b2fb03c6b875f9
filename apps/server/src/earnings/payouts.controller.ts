import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ApiPage, type Page, pageById, PageQuery } from '@rekomi/http';
import { CurrentTenant, type Tenant } from '@rekomi/identity';
import { PayoutService, ProgramWork } from '@rekomi/programs';
import { IsUUID } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';
import { pageAfterId } from '../programs/page-after-id.js';

export class PayoutsQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IfPresent()
  @IsUUID()
  readonly affiliateId?: string;
}

export class PayoutAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({ description: 'The payer’s own id.', example: 'po_1PqX' })
  readonly externalId!: string;

  @ApiProperty({ enum: ['sent', 'failed'] })
  readonly state!: 'sent' | 'failed';

  @ApiProperty({ description: 'In minor units of the currency.', example: 3282 })
  readonly amount!: number;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed, in the payer’s words.' })
  readonly reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly occurredAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

@ApiTags('Commissions')
@Controller('payouts')
export class PayoutsController {
  constructor(
    private readonly payouts: PayoutService,
    private readonly work: ProgramWork,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List payouts as the payer told of them', description: 'Newest first.' })
  @ApiPage(PayoutAnswer)
  async listPayouts(
    @Query() query: PayoutsQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<PayoutAnswer>> {
    const { affiliateId } = query;
    const wanted = { ...pageAfterId(query), ...(affiliateId === undefined ? {} : { affiliateId }) };
    const rows = await this.work.run(tenant.organizationId, (unit) => this.payouts.list(unit, wanted));
    return pageById(rows, query.limit);
  }
}
