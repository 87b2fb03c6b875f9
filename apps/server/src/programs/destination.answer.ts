import { ApiProperty } from '@nestjs/swagger';

import { DestinationConnectionAnswer } from './destination-connection.answer.js';
import { InheritedAudienceAnswer } from './inherited-audience.answer.js';
import { InheritedTagsAnswer } from './inherited-tags.answer.js';

export class DestinationAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly campaignId!: string;

  @ApiProperty({ type: DestinationConnectionAnswer })
  readonly connection!: DestinationConnectionAnswer;

  @ApiProperty({ example: true })
  readonly enabled!: boolean;

  @ApiProperty({ type: InheritedAudienceAnswer })
  readonly audience!: InheritedAudienceAnswer;

  @ApiProperty({ type: InheritedTagsAnswer })
  readonly tags!: InheritedTagsAnswer;

  @ApiProperty({ type: [String], description: 'The campaign’s own.', example: ['summer'] })
  readonly extraTags!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
    description: 'The campaign’s own, by names without the vendor’s prefix.',
    example: { programme: 'Summer Sale' },
  })
  readonly extraAttributes!: Readonly<Record<string, string | number | boolean>>;

  @ApiProperty({ description: 'Whether invited people are written there too.', example: false })
  readonly inviteLinks!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly updatedAt!: string;
}
