import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { CodeAnswer } from './code.answer.js';

/** Contacts that wait for one and the same reason. */
export class WaitingAnswer {
  @ApiProperty({ type: 'integer', example: 3 })
  readonly contacts!: number;

  @ApiPropertyOptional({ type: CodeAnswer })
  readonly reason?: CodeAnswer;
}
