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

export class SuppressedRowsAnswer {
  @ApiProperty({ example: 1 })
  readonly suppressed!: number;

  @ApiProperty({ example: 0 })
  readonly alreadySuppressed!: number;

  @ApiProperty({ example: 0 })
  readonly invalid!: number;

  @ApiProperty({ type: [SuppressedRowAnswer] })
  readonly results!: readonly SuppressedRowAnswer[];
}
