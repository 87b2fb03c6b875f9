import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const VALUE = { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] };

export class DriftExampleAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiPropertyOptional({ ...VALUE, description: 'What we wrote.', example: 'gold' })
  readonly wrote?: string | number | boolean;

  @ApiPropertyOptional({ ...VALUE, description: 'What is there.', example: 'silver' })
  readonly found?: string | number | boolean;
}

/** One field, tag or audience that is not everywhere as it was written. */
export class DriftAnswer {
  @ApiProperty({ enum: ['field', 'tag', 'audience'] })
  readonly part!: string;

  @ApiProperty({
    description: 'The vendor’s name of the field, the tag, the vendor’s id of the audience.',
    example: 'rekomi_tier',
  })
  readonly name!: string;

  @ApiProperty({ type: 'integer', description: 'People at whom it is not there.', example: 4 })
  readonly missing!: number;

  @ApiProperty({ type: 'integer', description: 'People at whom it has another value.', example: 2 })
  readonly different!: number;

  @ApiProperty({ type: [DriftExampleAnswer], description: 'Up to three people.' })
  readonly examples!: readonly DriftExampleAnswer[];
}
