import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsString, MaxLength } from 'class-validator';

import { IfPresent } from './if-present.js';

/** Exactly one of `affiliateId` and `email` says who it happened to. */
export class RecordEventRequest {
  @ApiPropertyOptional({ format: 'uuid' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly affiliateId?: string;

  @ApiPropertyOptional({ description: 'In any letter case.', example: 'jane+partner@example.com' })
  @IfPresent()
  @IsString()
  @MaxLength(500)
  readonly email?: string;

  @ApiProperty({ minLength: 1, maxLength: 255, example: 'commission_earned' })
  @IsString()
  @MaxLength(255)
  readonly name!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When it happened; now, unless told. Not in the future.',
    example: '2026-11-23T09:15:00Z',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly occurredAt?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'At most 100,000 bytes of JSON.',
    example: { amount: 1250, currency: 'EUR', order: 'A-1042' },
  })
  @IfPresent()
  @IsObject()
  readonly data?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({
    description: 'Your own id of the event: the same one twice is the same event, delivered once.',
    maxLength: 255,
    example: 'order-A-1042',
  })
  @IfPresent()
  @IsString()
  @MaxLength(255)
  readonly externalId?: string;

  @ApiPropertyOptional({
    description:
      'Id or slug: send it only where this campaign sends. Absent: wherever the affiliate is approved.',
    example: 'summer-sale-2026',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly campaign?: string;
}
