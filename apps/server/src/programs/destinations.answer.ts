import { ApiProperty } from '@nestjs/swagger';

import { DestinationAnswer } from './destination.answer.js';

/** All of them: a campaign has at most as many as there are connections. */
export class DestinationsAnswer {
  @ApiProperty({ type: [DestinationAnswer] })
  readonly data!: readonly DestinationAnswer[];
}
