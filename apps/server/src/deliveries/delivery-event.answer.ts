import { ApiProperty } from '@nestjs/swagger';

/** The event that a delivery carries. */
export class DeliveryEventAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'commission_earned' })
  readonly name!: string;

  @ApiProperty({ format: 'date-time' })
  readonly occurredAt!: string;

  @ApiProperty({
    description: 'The same on every try; vendors drop repeats by it.',
    example: '01JDB3W0F4Q8M6V7B5N2K9T1XR',
  })
  readonly dedupeId!: string;
}
