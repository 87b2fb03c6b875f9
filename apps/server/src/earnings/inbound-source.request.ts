import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { INBOUND_KINDS, type InboundKind } from '@rekomi/webhooks';
import { IsIn, IsInt, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class CreateInboundSourceRequest {
  @ApiProperty({ enum: INBOUND_KINDS, example: 'conversions' })
  @IsIn(INBOUND_KINDS)
  readonly kind!: InboundKind;

  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Our shop' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  readonly name!: string;

  @ApiPropertyOptional({
    maxLength: 200,
    description: 'Stripe’s signing secret of the endpoint. For conversions one is made.',
  })
  @IfPresent()
  @IsString()
  @MaxLength(200)
  readonly secret?: string;
}

export class RotateInboundSecretRequest {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 168,
    default: 24,
    description: 'Hours for which the present secret is accepted beside the new one.',
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(168)
  readonly overlapHours?: number;

  @ApiPropertyOptional({ maxLength: 200, description: 'For Stripe: the new secret that Stripe shows.' })
  @IfPresent()
  @IsString()
  @MaxLength(200)
  readonly secret?: string;
}
