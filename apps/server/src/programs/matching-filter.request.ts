import { ApiPropertyOptional } from '@nestjs/swagger';
import { ENROLMENT_STATUSES, type EnrolmentStatus } from '@rekomi/programs';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString, MaxLength } from 'class-validator';

import { IfPresent } from './if-present.js';

/** Which of the campaign's people are meant. */
export class MatchingFilterRequest {
  @ApiPropertyOptional({
    enum: ENROLMENT_STATUSES,
    isArray: true,
    description:
      'Unless told: those who applied (approved, rejected), those approved (unapproved), those archived (restored). Archiving needs it.',
    example: ['applied'],
  })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(ENROLMENT_STATUSES, { each: true })
  readonly status?: readonly EnrolmentStatus[];

  @ApiPropertyOptional({
    maxLength: 200,
    description: 'Part of the address or the name.',
    example: '@example.com',
  })
  @IfPresent()
  @IsString()
  @MaxLength(200)
  readonly search?: string;

  @ApiPropertyOptional({
    maxLength: 100,
    description: 'Exactly this tier, in any letter case.',
    example: 'gold',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly tier?: string;

  @ApiPropertyOptional({
    maxLength: 100,
    description: 'Has this tag in the campaign, in any letter case.',
    example: 'blog',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly tag?: string;

  @ApiPropertyOptional({ description: 'Date or time of ISO 8601.', example: '2026-11-01' })
  @IfPresent()
  @IsString()
  @MaxLength(50)
  readonly appliedBefore?: string;
}
