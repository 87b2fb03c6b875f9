import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { RECONCILED_OUTCOMES } from '@rekomi/sync';

import { CodeAnswer } from '../connections/code.answer.js';
import { DeviationAnswer } from '../deliveries/deviation.answer.js';

/** What a reconciliation found of one person. */
export class ReconciledPersonAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiPropertyOptional({ description: 'Under which we wrote them.', example: 'ada@example.com' })
  readonly email?: string;

  @ApiProperty({ enum: RECONCILED_OUTCOMES })
  readonly outcome!: string;

  @ApiPropertyOptional({
    enum: ['subscribed', 'unsubscribed', 'bounced', 'complained', 'suppressed', 'unknown'],
    description: 'At the vendor.',
  })
  readonly consent?: string;

  @ApiPropertyOptional({ type: CodeAnswer, description: 'Why the vendor could not be asked.' })
  readonly reason?: CodeAnswer;

  @ApiProperty({ type: [DeviationAnswer] })
  readonly deviations!: readonly DeviationAnswer[];

  @ApiProperty({
    type: [String],
    description: 'Parts of what was written that this vendor does not show.',
    example: ['tag'],
  })
  readonly untold!: readonly string[];

  @ApiPropertyOptional({ format: 'date-time' })
  readonly lookedAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly repairedAt?: string;
}
