import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsString } from 'class-validator';

import { IfGiven } from './if-present.js';

/**
 * One event. Exactly one of `affiliateId`, `email` and `externalAffiliateId` says whom it happened to. Values are checked
 * row by row, so that a bad one does not stop others.
 */
export class EventRowRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Your own id of the event, at most 255 characters: the same one twice is the same event.',
    example: 'order-A-1042',
  })
  @IfGiven()
  @IsString()
  readonly externalId?: string | null;

  @ApiProperty({ description: '1 to 100 bytes, in the case given.', example: 'commission_earned' })
  @IsString()
  readonly name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, format: 'uuid' })
  @IfGiven()
  @IsString()
  readonly affiliateId?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'In any letter case.',
    example: 'jane+partner@example.com',
  })
  @IfGiven()
  @IsString()
  readonly email?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Your own id of the affiliate.',
    example: 'aff_1042',
  })
  @IfGiven()
  @IsString()
  readonly externalAffiliateId?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description:
      'Id or slug: send it only where this campaign sends. Absent: wherever the affiliate is approved.',
    example: 'summer-sale-2026',
  })
  @IfGiven()
  @IsString()
  readonly campaign?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When it happened; now, unless told. At most five minutes ahead of our clock.',
    example: '2026-11-23T09:15:00Z',
  })
  @IfGiven()
  @IsString()
  readonly occurredAt?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'At most 100,000 bytes of JSON, checked against the schema of the event type. Money in minor units with its currency.',
    example: { amount: 1250, currency: 'EUR', order_id: 'A-1042' },
  })
  @IfGiven()
  @IsObject()
  readonly data?: Readonly<Record<string, unknown>> | null;
}
