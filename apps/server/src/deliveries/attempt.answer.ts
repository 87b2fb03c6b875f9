import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { CodeAnswer } from '../connections/code.answer.js';

/** One try at one delivery. */
export class AttemptAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly number!: number;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({ type: 'integer' })
  readonly durationMs!: number;

  @ApiProperty({
    enum: [
      'accepted',
      'confirmed',
      'unchanged',
      'ignored',
      'refused',
      'throttled',
      'unavailable',
      'ambiguous',
      'unauthorised',
      'misconfigured',
    ],
  })
  readonly outcome!: string;

  @ApiPropertyOptional({ type: CodeAnswer })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional()
  readonly detail?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When the next one was planned.' })
  readonly nextAttemptAt?: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Requests and answers, secrets masked. For bulk calls only this contact’s part.',
  })
  readonly exchanges!: readonly unknown[];
}
