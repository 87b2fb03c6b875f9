import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { AttemptAnswer } from './attempt.answer.js';

/** All tries at one delivery. */
export class AttemptsAnswer {
  @ApiProperty({ type: [AttemptAnswer], description: 'Newest first.' })
  readonly data!: readonly AttemptAnswer[];

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Absent when there will be none, or none is planned.',
  })
  readonly nextAttemptAt?: string;
}
