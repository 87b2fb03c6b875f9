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
}
