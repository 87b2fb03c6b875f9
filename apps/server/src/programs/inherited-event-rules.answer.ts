import { ApiProperty } from '@nestjs/swagger';

import { EventRulesAnswer } from './event-rules.answer.js';

export class InheritedEventRulesAnswer {
  @ApiProperty({ type: EventRulesAnswer, description: 'What holds.' })
  readonly value!: EventRulesAnswer;

  @ApiProperty({
    enum: ['connection', 'campaign'],
    description: '`campaign`: it has rules of its own.',
    example: 'campaign',
  })
  readonly source!: 'connection' | 'campaign';

  @ApiProperty({ type: EventRulesAnswer, description: 'The connection’s rules: what holds after a reset.' })
  readonly inherited!: EventRulesAnswer;
}
