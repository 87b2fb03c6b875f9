import { ApiProperty } from '@nestjs/swagger';
import { JOB_STATES, type JobRow, type JobState } from '@rekomi/sync';

import type { Plain } from '../connections/plain.js';

/** Something that is looked at first, started, and then done in the background. */
export class JobAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({
    enum: JOB_STATES,
    description:
      '`previewed`: the list is written down and nothing is done until it is started. One that was cancelled or failed goes on when it is started again.',
    example: 'previewed',
  })
  readonly state!: JobState;

  @ApiProperty({ type: 'integer', description: 'On the list.', example: 1042 })
  readonly items!: number;

  @ApiProperty({ type: 'integer', description: 'Of them done.', example: 0 })
  readonly done!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Items per second.', example: 5_000 })
  readonly rate!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Seconds that it will still take; null when it does not run or nobody knows.',
    example: null,
  })
  readonly secondsLeft!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed.', example: null })
  readonly failure!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Ops script' })
  readonly createdBy!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly startedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

export function jobAnswer(row: JobRow): Plain<JobAnswer> {
  const rate = row.items_per_second;
  const left = rate === null || rate <= 0 ? null : Math.ceil((row.items - row.done) / rate);
  return {
    id: row.id,
    state: row.state,
    items: row.items,
    done: row.done,
    rate: rate === null ? null : Math.round(rate * 10) / 10,
    secondsLeft: row.state === 'running' ? left : null,
    failure: row.failure,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
