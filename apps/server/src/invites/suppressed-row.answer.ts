import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { RowErrorAnswer } from '../programs/row-error.answer.js';

export class SuppressedRowAnswer {
  @ApiProperty({ example: 0 })
  readonly index!: number;

  @ApiProperty({ enum: ['suppressed', 'already_suppressed', 'invalid'], example: 'suppressed' })
  readonly outcome!: 'suppressed' | 'already_suppressed' | 'invalid';

  @ApiPropertyOptional({ example: 'jane@example.com' })
  readonly email?: string;

  @ApiPropertyOptional({ type: [RowErrorAnswer] })
  readonly errors?: readonly RowErrorAnswer[];
}
