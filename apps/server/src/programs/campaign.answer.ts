import { ApiProperty } from '@nestjs/swagger';
import type { Campaign } from '@rekomi/programs';

export class CampaignAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'Summer Sale 2026' })
  readonly name!: string;

  @ApiProperty({ description: 'Made from the first name; never changes.', example: 'summer-sale-2026' })
  readonly slug!: string;

  @ApiProperty({ type: String, nullable: true, example: 'For bloggers and their readers.' })
  readonly description!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly updatedAt!: string;
}

export function campaignAnswer(campaign: Campaign): CampaignAnswer {
  const { id, name, slug, description, createdAt, updatedAt } = campaign;
  return {
    id,
    name,
    slug,
    description,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
