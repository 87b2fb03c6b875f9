import { ApiProperty } from '@nestjs/swagger';

import { DecisionAnswer } from './decision.answer.js';

/** One result per id, in the order of the ids; the counts add up to their number. */
export class DecisionsAnswer {
  @ApiProperty({ type: 'integer', description: 'Moved by this call.', example: 12 })
  readonly decided!: number;

  @ApiProperty({ type: 'integer', description: 'Already as wanted.', example: 1 })
  readonly unchanged!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly failed!: number;

  @ApiProperty({ type: [DecisionAnswer] })
  readonly results!: readonly DecisionAnswer[];
}
