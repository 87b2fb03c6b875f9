import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';

import { IfGiven, IfPresent } from './if-present.js';

/** Absent keeps, null removes, a value replaces. */
export class UpdateAffiliateRequest {
  @ApiPropertyOptional({
    description: 'The person keeps events and history, and moves to the new address at each vendor.',
    example: 'jane@example.org',
  })
  @IfPresent()
  @IsString()
  readonly email?: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Jane van Doe' })
  @IfGiven()
  @IsString()
  readonly name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'aff_1042' })
  @IfGiven()
  @IsString()
  readonly externalId?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'ISO 3166-1 alpha-2, in any letter case.',
    example: 'GB',
  })
  @IfGiven()
  @IsString()
  readonly country?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'What the affiliate’s links carry: 3 to 64 letters, digits and hyphens.',
    example: 'jane',
  })
  @IfGiven()
  @IsString()
  readonly referralSlug?: string | null;
}
