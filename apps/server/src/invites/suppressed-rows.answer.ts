import { ApiProperty } from '@nestjs/swagger';

import { SuppressedRowAnswer } from './suppressed-row.answer.js';

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
