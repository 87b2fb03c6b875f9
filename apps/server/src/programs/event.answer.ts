import { ApiProperty } from '@nestjs/swagger';

export class EventAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The campaign it is about; null: whatever the affiliate takes part in.',
  })
  readonly campaignId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'order-A-1042' })
  readonly externalId!: string | null;

  @ApiProperty({ example: 'commission_earned' })
  readonly name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly occurredAt!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { amount: 1250, currency: 'EUR', order: 'A-1042' },
  })
  readonly data!: Readonly<Record<string, unknown>>;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:02.125Z' })
  readonly receivedAt!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds between the two times.', example: 2 })
  readonly lateSeconds!: number;
}
