import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { EventAnswer } from './event.answer.js';
import { EventNotSentAnswer } from './event-not-sent.answer.js';
import { EventWarningAnswer } from './event-warning.answer.js';

export class RecordedEventAnswer extends EventAnswer {
  @ApiProperty({
    type: [String],
    description: 'Connections it is being sent to. Empty, too, when the event was known already.',
    example: ['019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e40'],
  })
  readonly connectionIds!: readonly string[];

  @ApiPropertyOptional({ type: EventNotSentAnswer, description: 'Only when it is sent nowhere.' })
  readonly notSent?: EventNotSentAnswer;

  @ApiProperty({ type: [EventWarningAnswer] })
  readonly warnings!: readonly EventWarningAnswer[];
}
