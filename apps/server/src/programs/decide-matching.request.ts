import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DECISIONS, type DecisionKind } from '@rekomi/programs';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, IsString, MaxLength, Min, ValidateNested } from 'class-validator';

import { IfPresent } from './if-present.js';
import { MatchingFilterRequest } from './matching-filter.request.js';

export class DecideMatchingRequest {
  @ApiProperty({ enum: DECISIONS, example: 'approved' })
  @IsIn(DECISIONS)
  readonly decision!: DecisionKind;

  @ApiPropertyOptional({ type: MatchingFilterRequest, description: 'All conditions hold together.' })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => MatchingFilterRequest)
  readonly filter?: MatchingFilterRequest;

  @ApiPropertyOptional({ description: 'Kept with each decision.', maxLength: 2000 })
  @IfPresent()
  @IsString()
  @MaxLength(2000)
  readonly reason?: string;

  @ApiPropertyOptional({ default: false, description: 'True: only count, change nothing.', example: true })
  @IfPresent()
  @IsBoolean()
  readonly dryRun?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'The number that a dry run told. With another number now, nothing is done.',
    example: 1204,
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  readonly expected?: number;
}
