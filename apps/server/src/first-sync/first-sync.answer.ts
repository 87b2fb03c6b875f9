import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FIRST_SYNC_MODES } from '@rekomi/sync';

export class FirstSyncCountsAnswer {
  @ApiProperty({ type: 'integer', description: 'People who are there.', example: 10 })
  readonly done!: number;

  @ApiProperty({ type: 'integer', description: 'Queued, under way, or tried again.', example: 0 })
  readonly waiting!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Not there, because the vendor refused, did not apply, or for days did not take them.',
    example: 0,
  })
  readonly refused!: number;

  @ApiProperty({ type: 'integer', description: 'Meant to be there, and left out for now.', example: 490 })
  readonly leftOut!: number;
}

/** Who goes to a connection when it is switched on, and how far that is. */
export class FirstSyncAnswer {
  @ApiProperty({
    enum: FIRST_SYNC_MODES,
    description: 'After a continuation `all`, after a stop `from_now_on`.',
  })
  readonly mode!: string;

  @ApiProperty({
    enum: ['not_started', 'running', 'waiting_for_word', 'done'],
    description: '`waiting_for_word`: nobody is on the way, and somebody is left out until it is continued.',
  })
  readonly state!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the first campaign began to send people there.',
  })
  readonly startedAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly continuedAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly cancelledAt?: string;

  @ApiProperty({ type: FirstSyncCountsAnswer })
  readonly counts!: FirstSyncCountsAnswer;
}

export class FirstSyncStepAnswer extends FirstSyncAnswer {
  @ApiProperty({ type: 'integer', description: 'People whom this call concerned.', example: 490 })
  readonly people!: number;
}
