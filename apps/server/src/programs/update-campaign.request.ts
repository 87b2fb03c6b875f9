import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';

import { AutoApproveRequest } from './auto-approve.request.js';
import { IfGiven, IfPresent } from './if-present.js';

/** Absent keeps, null removes, a value replaces. */
export class UpdateCampaignRequest {
  @ApiPropertyOptional({ minLength: 1, maxLength: 200, example: 'Summer Sale 2027' })
  @IfPresent()
  @IsString()
  @MaxLength(200)
  readonly name?: string;

  @ApiPropertyOptional({
    maxLength: 100,
    description: 'Only the one it has: a slug stands in links and is permanent. Another one is refused.',
    example: 'summer-sale-2026',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly slug?: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 5000, example: null })
  @IfGiven()
  @IsString()
  @MaxLength(5000)
  readonly description?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 2000,
    description: 'Link to the terms, https only.',
    example: 'https://example.com/affiliate-terms',
  })
  @IfGiven()
  @IsString()
  @MaxLength(2000)
  readonly termsUrl?: string | null;

  @ApiPropertyOptional({ type: AutoApproveRequest })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => AutoApproveRequest)
  readonly autoApprove?: AutoApproveRequest;
}
