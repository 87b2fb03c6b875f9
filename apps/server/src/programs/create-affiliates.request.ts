import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';

import { AffiliateRowRequest } from './affiliate-row.request.js';
import { IfPresent } from './if-present.js';

export const MOST_ROWS = 1000;

export class CreateAffiliatesRequest {
  @ApiPropertyOptional({
    description: 'Id or slug of the campaign to take part in.',
    example: 'summer-sale-2026',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly campaign?: string;

  @ApiPropertyOptional({
    enum: ['applied', 'approved'],
    default: 'applied',
    description: '`approved` sends at once. Who is approved already stays so.',
  })
  @IfPresent()
  @IsIn(['applied', 'approved'])
  readonly status?: 'applied' | 'approved';

  @ApiProperty({ type: [AffiliateRowRequest], minItems: 1, maxItems: MOST_ROWS })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_ROWS)
  @ValidateNested({ each: true })
  @Type(() => AffiliateRowRequest)
  readonly affiliates!: readonly AffiliateRowRequest[];
}
