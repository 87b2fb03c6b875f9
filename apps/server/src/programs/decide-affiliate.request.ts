import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfPresent } from './if-present.js';

export class DecideAffiliateRequest {
  @ApiPropertyOptional({
    description: 'Id or slug. May be left out when the affiliate takes part in one campaign only.',
    example: 'summer-sale-2026',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly campaign?: string;

  @ApiPropertyOptional({ description: 'Kept with the decision.', maxLength: 2000, example: 'Great content.' })
  @IfPresent()
  @IsString()
  @MaxLength(2000)
  readonly reason?: string;
}
