import { ApiProperty } from '@nestjs/swagger';

import { SessionRowAnswer } from './session-row.answer.js';

export class SessionsAnswer {
  @ApiProperty({ type: [SessionRowAnswer] })
  readonly data!: readonly SessionRowAnswer[];
}
