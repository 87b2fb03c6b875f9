import { ApiProperty } from '@nestjs/swagger';

/** All but `warnings` add up to the rows that are done. */
export class ImportCountsAnswer {
  @ApiProperty({ type: 'integer', description: 'People who were not known.', example: 1000 })
  readonly created!: number;

  @ApiProperty({ type: 'integer', description: 'People who were known, and changed.', example: 12 })
  readonly updated!: number;

  @ApiProperty({ type: 'integer', description: 'People who were known with all of it.', example: 20 })
  readonly unchanged!: number;

  @ApiProperty({ type: 'integer', description: 'Known people who were to be left alone.', example: 0 })
  readonly skipped!: number;

  @ApiProperty({ type: 'integer', description: 'Rows whose address stands further up.', example: 4 })
  readonly repeated!: number;

  @ApiProperty({ type: 'integer', description: 'Rows whose status was mapped to skip.', example: 0 })
  readonly leftOut!: number;

  @ApiProperty({ type: 'integer', description: 'Rows that cannot be imported.', example: 6 })
  readonly refused!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Things worth saying about rows that were taken.',
    example: 7,
  })
  readonly warnings!: number;
}
