import { ApiProperty } from '@nestjs/swagger';

import { AffiliateRowAnswer } from './affiliate-row.answer.js';

/** One result per row, in the order of the rows; the counts add up to their number. */
export class AffiliateRowsAnswer {
  @ApiProperty({ type: 'integer', example: 190 })
  readonly created!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly updated!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  readonly alreadyExists!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  readonly invalid!: number;

  @ApiProperty({ type: [AffiliateRowAnswer] })
  readonly results!: readonly AffiliateRowAnswer[];
}
