import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfGiven, IfPresent } from './if-present.js';

/** Absent keeps, null removes, a value replaces. */
export class UpdateCampaignRequest {
  @ApiPropertyOptional({ minLength: 1, maxLength: 200, example: 'Summer Sale 2027' })
  @IfPresent()
  @IsString()
  @MaxLength(200)
  readonly name?: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 5000, example: null })
  @IfGiven()
  @IsString()
  @MaxLength(5000)
  readonly description?: string | null;
}
