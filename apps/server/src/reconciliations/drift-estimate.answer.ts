import { ApiProperty } from '@nestjs/swagger';

/** What the sample says about everybody, at 95 in 100. */
export class DriftEstimateAnswer {
  @ApiProperty({ type: 'integer', description: 'People that we had written there.', example: 10_000 })
  readonly of!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Drifted or missing, carried over from the sample.',
    example: 450,
  })
  readonly deviating!: number;

  @ApiProperty({ type: 'integer', example: 238 })
  readonly atLeast!: number;

  @ApiProperty({ type: 'integer', example: 832 })
  readonly atMost!: number;
}
