import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MOST_SUPPRESSIONS, SUPPRESSION_REASONS, type SuppressionReason } from '@rekomi/programs';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsString } from 'class-validator';

import { IfGiven, IfPresent } from '../programs/if-present.js';

export class SuppressAddressesRequest {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MOST_SUPPRESSIONS,
    description: 'Read one by one: a bad one does not stop the others.',
    example: ['jane@example.com'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_SUPPRESSIONS)
  readonly emails!: readonly unknown[];

  @ApiPropertyOptional({ enum: SUPPRESSION_REASONS, default: 'manual' })
  @IfPresent()
  @IsIn(SUPPRESSION_REASONS)
  readonly reason?: SuppressionReason;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'For you; at most 500 characters.',
    example: 'Asked by telephone.',
  })
  @IfGiven()
  @IsString()
  readonly note?: string | null;
}
