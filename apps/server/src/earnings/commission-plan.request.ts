import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { OCCASIONS, type Occasion } from '@rekomi/programs';

import { IfGiven, IfPresent } from '../programs/if-present.js';

export class CommissionPartRequest {
  @ApiPropertyOptional({ description: 'Per cent of the revenue, up to four decimals.', example: 18 })
  @IfPresent()
  @IsNumber()
  readonly percent?: number;

  @ApiPropertyOptional({ description: 'A fixed sum in minor units: 1500 is 15.00 USD.', example: 1500 })
  @IfPresent()
  @IsInt()
  readonly amount?: number;

  @ApiPropertyOptional({
    enum: OCCASIONS,
    default: 'every',
    description: 'Which conversions this part pays for.',
  })
  @IfPresent()
  @IsIn(OCCASIONS)
  readonly on?: Occasion;
}

export class RecurrenceRequest {
  @ApiPropertyOptional({ minimum: 1, maximum: 1200, example: 12 })
  @IfPresent()
  @IsInt()
  readonly months?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 1200 })
  @IfPresent()
  @IsInt()
  readonly payments?: number;
}

export class CommissionTierRequest {
  @ApiProperty({ maxLength: 200, example: 'gold' })
  @IsString()
  @MaxLength(200)
  readonly tier!: string;

  @ApiProperty({ type: [CommissionPartRequest], minItems: 1, maxItems: 20 })
  @IsArray()
  @ArrayMaxSize(20)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CommissionPartRequest)
  readonly components!: readonly CommissionPartRequest[];
}

export class CommissionTermsRequest {
  @ApiProperty({ description: 'ISO 4217. Conversions in another currency are refused.', example: 'USD' })
  @IsString()
  @MaxLength(10)
  readonly currency!: string;

  @ApiProperty({
    type: [CommissionPartRequest],
    minItems: 1,
    maxItems: 20,
    description: 'Their amounts are added.',
  })
  @IsArray()
  @ArrayMaxSize(20)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CommissionPartRequest)
  readonly components!: readonly CommissionPartRequest[];

  @ApiPropertyOptional({ type: [CommissionTierRequest], maxItems: 100 })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CommissionTierRequest)
  readonly tiers?: readonly CommissionTierRequest[];

  @ApiPropertyOptional({
    type: RecurrenceRequest,
    nullable: true,
    description: 'Null or absent: renewals earn nothing. `{}`: for ever.',
  })
  @IfGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => RecurrenceRequest)
  readonly recurring?: RecurrenceRequest | null;
}

export class CommissionRegionRequest extends CommissionTermsRequest {
  @ApiProperty({ maxLength: 200, example: 'EU' })
  @IsString()
  @MaxLength(200)
  readonly name!: string;

  @ApiProperty({
    type: [String],
    description: 'Customers’ countries, ISO 3166-1 alpha-2.',
    example: ['DE', 'FR'],
  })
  @IsArray()
  @ArrayMaxSize(300)
  @IsString({ each: true })
  readonly countries!: readonly string[];
}

/** A whole plan; what is absent has its default. */
export class CommissionPlanRequest extends CommissionTermsRequest {
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Standard' })
  @IsString()
  @MaxLength(200)
  readonly name!: string;

  @ApiPropertyOptional({
    type: [CommissionRegionRequest],
    maxItems: 300,
    description: 'The region that names the customer’s country counts in place of the plan’s own terms.',
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(300)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CommissionRegionRequest)
  readonly regions?: readonly CommissionRegionRequest[];
}

export class AssignPlanRequest {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: conversions are booked and earn nothing.',
  })
  @IfGiven()
  @IsString()
  @MaxLength(100)
  readonly commissionPlanId!: string | null;
}
