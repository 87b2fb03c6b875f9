import { ApiProperty } from '@nestjs/swagger';

import { EventOutcomeAnswer } from './event-outcome.answer.js';

/** One result per row, in the order of the rows; the counts add up to their number. */
export class EventOutcomesAnswer {
  @ApiProperty({ type: 'integer', example: 940 })
  readonly accepted!: number;

  @ApiProperty({ type: 'integer', example: 40 })
  readonly stored!: number;

  @ApiProperty({ type: 'integer', example: 15 })
  readonly duplicate!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  readonly invalid!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  readonly affiliateNotFound!: number;

  @ApiProperty({ type: [EventOutcomeAnswer] })
  readonly results!: readonly EventOutcomeAnswer[];
}
