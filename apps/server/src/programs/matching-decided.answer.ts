import { ApiProperty } from '@nestjs/swagger';

export class MatchingDecidedAnswer {
  @ApiProperty({ type: 'integer', description: 'How many the filter matched before.', example: 1204 })
  readonly matched!: number;

  @ApiProperty({ type: 'integer', description: 'Moved by this call; 0 in a dry run.', example: 1204 })
  readonly decided!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Matched and not decided: send the call again when one call was not enough.',
    example: 0,
  })
  readonly remaining!: number;

  @ApiProperty({ example: false })
  readonly dryRun!: boolean;
}
