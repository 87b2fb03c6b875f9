import { ApiProperty } from '@nestjs/swagger';
import { type Campaign, completeRules } from '@rekomi/programs';

import { AutoApproveAnswer } from './auto-approve.answer.js';

export class CampaignAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'Summer Sale 2026' })
  readonly name!: string;

  @ApiProperty({ description: 'Permanent: it stands in links.', example: 'summer-sale-2026' })
  readonly slug!: string;

  @ApiProperty({ type: String, nullable: true, example: 'For bloggers and their readers.' })
  readonly description!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://example.com/affiliate-terms' })
  readonly termsUrl!: string | null;

  @ApiProperty({ type: AutoApproveAnswer })
  readonly autoApprove!: AutoApproveAnswer;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Set: nobody comes in any more; who is in stays.',
    example: null,
  })
  readonly archivedAt!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly updatedAt!: string;
}

export function campaignAnswer(campaign: Campaign): CampaignAnswer {
  const { id, name, slug, description, termsUrl, autoApprove, rules, archivedAt, createdAt, updatedAt } =
    campaign;
  return {
    id,
    name,
    slug,
    description,
    termsUrl,
    autoApprove: { enabled: autoApprove, rules: completeRules(rules) },
    archivedAt: archivedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
