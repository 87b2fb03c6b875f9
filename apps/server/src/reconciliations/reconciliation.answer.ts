import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { DriftAnswer } from './drift.answer.js';
import { DriftEstimateAnswer } from './drift-estimate.answer.js';
import { ReconciliationCountsAnswer } from './reconciliation-counts.answer.js';

/** A comparison of what we wrote at a vendor with what is there. */
export class ReconciliationAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid' })
  readonly connectionId!: string;

  @ApiProperty({
    enum: ['running', 'done', 'cancelled'],
    description: 'While the connection is paused or in error, a running one waits.',
  })
  readonly state!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null: everybody.', example: 200 })
  readonly sampleSize!: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'People that we had written there when it began.',
    example: 10_000,
  })
  readonly population!: number;

  @ApiProperty({ type: 'integer', description: 'How many of them were drawn.', example: 200 })
  readonly sampled!: number;

  @ApiProperty({ type: ReconciliationCountsAnswer })
  readonly counts!: ReconciliationCountsAnswer;

  @ApiPropertyOptional({ type: DriftEstimateAnswer, description: 'Absent until somebody was seen.' })
  readonly estimate?: DriftEstimateAnswer;

  @ApiProperty({ example: 'ada@example.com' })
  readonly createdBy!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly endedAt?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'The latest repair.' })
  readonly repairedAt?: string;
}

export class ReconciliationReportAnswer extends ReconciliationAnswer {
  @ApiProperty({
    type: [DriftAnswer],
    description: 'What deviates, most frequent first, at most 200.',
  })
  readonly drift!: readonly DriftAnswer[];
}
