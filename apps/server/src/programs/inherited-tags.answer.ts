import { ApiProperty } from '@nestjs/swagger';

export class InheritedTagsAnswer {
  @ApiProperty({
    type: [String],
    description: 'All tags that this campaign leads to there, before those of single affiliates.',
    example: ['Rekomi affiliate', 'partner', 'summer'],
  })
  readonly value!: readonly string[];

  @ApiProperty({
    enum: ['connection', 'campaign'],
    description: '`campaign`: it adds tags of its own.',
    example: 'campaign',
  })
  readonly source!: 'connection' | 'campaign';

  @ApiProperty({
    type: [String],
    description: 'The system tag and the connection’s own: what holds after a reset to default.',
    example: ['Rekomi affiliate', 'partner'],
  })
  readonly inherited!: readonly string[];
}
