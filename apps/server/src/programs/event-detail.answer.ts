import { ApiProperty } from '@nestjs/swagger';

import { DeliveryAnswer } from '../deliveries/delivery.answer.js';
import { EventAnswer } from './event.answer.js';

export class EventDetailAnswer extends EventAnswer {
  @ApiProperty({ type: [DeliveryAnswer], description: 'Where it went, newest first.' })
  readonly deliveries!: readonly DeliveryAnswer[];
}
