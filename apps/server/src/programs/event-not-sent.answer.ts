import { ApiProperty } from '@nestjs/swagger';
import type { NotSentCode } from '@rekomi/programs';

/** Why an event is kept and sent nowhere. */
export class EventNotSentAnswer {
  @ApiProperty({ enum: ['not_approved', 'no_destination', 'switched_off'], example: 'not_approved' })
  readonly code!: NotSentCode;

  @ApiProperty({
    example: 'The affiliate is not approved there yet. The event is kept; it is not sent later.',
  })
  readonly detail!: string;
}
