import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { RowErrorAnswer } from './row-error.answer.js';

const OUTCOMES = ['created', 'updated', 'already_exists', 'invalid'] as const;

/** What became of one row. */
export class AffiliateRowAnswer {
  @ApiProperty({ type: 'integer', description: 'Of the row in the request, from 0.', example: 3 })
  readonly index!: number;

  @ApiProperty({ enum: OUTCOMES, example: 'created' })
  readonly outcome!: (typeof OUTCOMES)[number];

  @ApiPropertyOptional({ format: 'uuid', description: 'Absent for rows that are invalid.' })
  readonly affiliateId?: string;

  @ApiPropertyOptional({ type: [RowErrorAnswer], description: 'Only for rows that are invalid.' })
  readonly errors?: readonly RowErrorAnswer[];
}
