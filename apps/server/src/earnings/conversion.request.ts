import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, MaxLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

const KINDS = ['sale', 'renewal'] as const;

export class ConversionRequest {
  @ApiProperty({
    minLength: 1,
    maxLength: 255,
    description: 'Your own id of the order. The same one twice is the same conversion.',
    example: 'order-4711',
  })
  @IsString()
  @MaxLength(1000)
  readonly orderId!: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Exactly one of the three names of the affiliate.' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly affiliateId?: string;

  @ApiPropertyOptional({ format: 'email', example: 'mira@example.com' })
  @IfPresent()
  @IsString()
  @MaxLength(1000)
  readonly email?: string;

  @ApiPropertyOptional({ maxLength: 255 })
  @IfPresent()
  @IsString()
  @MaxLength(1000)
  readonly externalAffiliateId?: string;

  @ApiPropertyOptional({
    description: 'Id or slug; may be left out for affiliates approved in exactly one campaign.',
    example: 'summer-sale-2026',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly campaign?: string;

  @ApiPropertyOptional({ enum: KINDS, default: 'sale' })
  @IfPresent()
  @IsIn(KINDS)
  readonly kind?: (typeof KINDS)[number];

  @ApiPropertyOptional({
    maxLength: 255,
    description: 'Your own id of the customer: tells first conversions from later ones.',
    example: 'customer-12',
  })
  @IfPresent()
  @IsString()
  @MaxLength(1000)
  readonly customerId?: string;

  @ApiPropertyOptional({ description: 'Of the customer, ISO 3166-1 alpha-2.', example: 'DE' })
  @IfPresent()
  @IsString()
  @MaxLength(10)
  readonly country?: string;

  @ApiProperty({ minimum: 1, description: 'In minor units.', example: 9900 })
  @IsInt()
  readonly revenue!: number;

  @ApiProperty({ description: 'ISO 4217.', example: 'USD' })
  @IsString()
  @MaxLength(10)
  readonly currency!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Now unless told.' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly occurredAt?: string;
}

export class RefundRequest {
  @ApiProperty({ minLength: 1, maxLength: 255, example: 'order-4711' })
  @IsString()
  @MaxLength(1000)
  readonly orderId!: string;

  @ApiProperty({
    minLength: 1,
    maxLength: 255,
    description: 'Your own id of the refund. The same one twice is the same refund.',
    example: 'refund-1',
  })
  @IsString()
  @MaxLength(1000)
  readonly refundId!: string;

  @ApiPropertyOptional({
    minimum: 1,
    description: 'In minor units; all that is left unless told.',
    example: 3300,
  })
  @IfPresent()
  @IsInt()
  readonly amount?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Now unless told.' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly occurredAt?: string;
}
