import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const VALUE = { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] };

/** Something that we wrote and that is not so at the vendor. */
export class DeviationAnswer {
  @ApiProperty({ enum: ['field', 'tag', 'audience'] })
  readonly part!: string;

  @ApiProperty({
    description: 'The vendor’s name of the field, the tag, the vendor’s id of the audience.',
    example: 'rekomi_tier',
  })
  readonly name!: string;

  @ApiProperty({ enum: ['missing', 'different'] })
  readonly kind!: string;

  @ApiPropertyOptional({ ...VALUE, description: 'Of a field: what we wrote.', example: 'gold' })
  readonly wrote?: string | number | boolean;

  @ApiPropertyOptional({
    ...VALUE,
    description: 'Of a field with another value: what is there.',
    example: 'silver',
  })
  readonly found?: string | number | boolean;
}
