import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DECISIONS } from '@rekomi/programs';

const OUTCOMES = [...DECISIONS, 'unchanged', 'failed'] as const;
const CODES = [
  'affiliate_not_found',
  'not_enrolled',
  'campaign_needed',
  'is_archived',
  'not_decided',
] as const;

/** What became of one id. */
export class DecisionAnswer {
  @ApiProperty({ type: 'integer', description: 'Of the id in the request, from 0.', example: 0 })
  readonly index!: number;

  @ApiProperty({ example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly affiliateId!: string;

  @ApiProperty({ enum: OUTCOMES, example: 'approved' })
  readonly outcome!: (typeof OUTCOMES)[number];

  @ApiPropertyOptional({ format: 'uuid', description: 'Absent when it failed.' })
  readonly campaignId?: string;

  @ApiPropertyOptional({ enum: CODES, description: 'Only when it failed.' })
  readonly code?: (typeof CODES)[number];

  @ApiPropertyOptional({ description: 'Only when it failed.' })
  readonly detail?: string;
}
