import { ApiProperty } from '@nestjs/swagger';

export class EnrolmentCampaignAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'summer-sale-2026' })
  readonly slug!: string;

  @ApiProperty({ example: 'Summer Sale 2026' })
  readonly name!: string;
}
