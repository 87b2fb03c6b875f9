import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { EventNotSentAnswer } from './event-not-sent.answer.js';
import { EventWarningAnswer } from './event-warning.answer.js';
import { RowErrorAnswer } from './row-error.answer.js';

const OUTCOMES = ['accepted', 'stored', 'duplicate', 'invalid', 'affiliate_not_found'] as const;

/** What became of one row. */
export class EventOutcomeAnswer {
  @ApiProperty({ type: 'integer', description: 'Of the row in the request, from 0.', example: 3 })
  readonly index!: number;

  @ApiProperty({
    enum: OUTCOMES,
    description:
      '`stored`: kept, and sent to no connection for the reason in `notSent`; webhook endpoints are told all the same.',
    example: 'accepted',
  })
  readonly outcome!: (typeof OUTCOMES)[number];

  @ApiPropertyOptional({ format: 'uuid', description: 'Of a duplicate the id of the first one.' })
  readonly eventId?: string;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Seconds between happening and arrival.',
    example: 12,
  })
  readonly lateSeconds?: number;

  @ApiPropertyOptional({ type: [String], description: 'Connections it is being sent to.' })
  readonly connectionIds?: readonly string[];

  @ApiPropertyOptional({ type: EventNotSentAnswer })
  readonly notSent?: EventNotSentAnswer;

  @ApiPropertyOptional({ type: [EventWarningAnswer] })
  readonly warnings?: readonly EventWarningAnswer[];

  @ApiPropertyOptional({ type: [RowErrorAnswer] })
  readonly errors?: readonly RowErrorAnswer[];
}
