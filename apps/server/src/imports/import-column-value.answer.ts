import { ApiProperty } from '@nestjs/swagger';
import { STATUS_CHOICES, type StatusChoice } from '@rekomi/programs';

export class ImportColumnValueAnswer {
  @ApiProperty({ example: 'active' })
  readonly value!: string;

  @ApiProperty({ type: 'integer', description: 'Rows that have it.', example: 980 })
  readonly count!: number;

  @ApiProperty({
    enum: STATUS_CHOICES,
    nullable: true,
    description: 'If this is the status: what it most likely means here. Null when nobody could know.',
    example: 'approved',
  })
  readonly suggestedStatus!: StatusChoice | null;
}
