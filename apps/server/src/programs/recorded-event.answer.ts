import { ApiProperty } from '@nestjs/swagger';

import { EventAnswer } from './event.answer.js';

export class RecordedEventAnswer extends EventAnswer {
  @ApiProperty({
    type: [String],
    description:
      'Connections it is being sent to. Empty when the affiliate is approved nowhere, and when the event was known already.',
    example: ['019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e40'],
  })
  readonly connectionIds!: readonly string[];
}
