import { ApiProperty } from '@nestjs/swagger';

import { DestinationAudienceAnswer } from './destination-audience.answer.js';
import { DestinationConnectionAnswer } from './destination-connection.answer.js';

export class DestinationAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly campaignId!: string;

  @ApiProperty({ type: DestinationConnectionAnswer })
  readonly connection!: DestinationConnectionAnswer;

  @ApiProperty({ example: true })
  readonly enabled!: boolean;

  @ApiProperty({
    type: DestinationAudienceAnswer,
    nullable: true,
    description: 'Where contacts land. Null: neither the campaign nor the connection names an audience.',
  })
  readonly audience!: DestinationAudienceAnswer | null;

  @ApiProperty({ type: [String], example: ['summer'] })
  readonly extraTags!: readonly string[];

  @ApiProperty({
    type: [String],
    description: 'All tags that this campaign leads to there, before those of single affiliates.',
    example: ['Rekomi affiliate', 'partner', 'summer'],
  })
  readonly tags!: readonly string[];

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly updatedAt!: string;
}
