import { ApiProperty } from '@nestjs/swagger';

/** What a repair did. */
export class RepairAnswer {
  @ApiProperty({ type: 'integer', description: 'People who are written again.', example: 9 })
  readonly queued!: number;

  @ApiProperty({
    type: 'integer',
    description: 'People who are no longer in an audience, and were not put back.',
    example: 1,
  })
  readonly audiencesLeftAlone!: number;

  @ApiProperty({
    type: 'integer',
    description: 'People whom nobody finds, and who were not to be written again.',
    example: 0,
  })
  readonly missingLeftAlone!: number;

  @ApiProperty({
    type: 'integer',
    description:
      'People who were written since, or are being written: what was found of them is of the past.',
    example: 0,
  })
  readonly changedSince!: number;
}
