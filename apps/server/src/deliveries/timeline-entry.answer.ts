import { ApiProperty } from '@nestjs/swagger';

import { AttemptAnswer } from './attempt.answer.js';
import { DeliveryAnswer } from './delivery.answer.js';

/** A delivery with the tries at it. */
export class TimelineEntryAnswer extends DeliveryAnswer {
  @ApiProperty({ type: [AttemptAnswer], description: 'Newest first.' })
  readonly attemptLog!: readonly AttemptAnswer[];
}
