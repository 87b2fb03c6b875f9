import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';

import { AffiliateRowRequest } from './affiliate-row.request.js';
import { IfPresent } from './if-present.js';

export class CreateAffiliateRequest extends AffiliateRowRequest {
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
}
