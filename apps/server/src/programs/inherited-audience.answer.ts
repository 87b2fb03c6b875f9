import { ApiProperty } from '@nestjs/swagger';

import { DestinationAudienceAnswer } from './destination-audience.answer.js';

export class InheritedAudienceAnswer {
  @ApiProperty({
    type: DestinationAudienceAnswer,
    nullable: true,
    description: 'Where contacts land. Null: in no audience, by choice or because none is named.',
  })
  readonly value!: DestinationAudienceAnswer | null;

  @ApiProperty({ enum: ['connection', 'campaign'], description: 'Who says so.', example: 'connection' })
  readonly source!: 'connection' | 'campaign';

  @ApiProperty({
    type: DestinationAudienceAnswer,
    nullable: true,
    description: 'What holds after a reset to default.',
  })
  readonly inherited!: DestinationAudienceAnswer | null;
}
