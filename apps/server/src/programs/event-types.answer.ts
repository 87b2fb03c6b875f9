import { ApiProperty } from '@nestjs/swagger';

import { EventTypeAnswer } from './event-type.answer.js';

/** All of them: there are at most 210. */
export class EventTypesAnswer {
  @ApiProperty({ type: [EventTypeAnswer] })
  readonly data!: readonly EventTypeAnswer[];
}
