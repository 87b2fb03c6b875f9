import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString } from 'class-validator';

import { MOST_ROWS } from './create-affiliates.request.js';
import { DecideAffiliateRequest } from './decide-affiliate.request.js';

export class DecideAffiliatesRequest extends DecideAffiliateRequest {
  @ApiProperty({
    type: [String],
    description: 'Ids of the affiliates.',
    minItems: 1,
    maxItems: MOST_ROWS,
    example: ['019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_ROWS)
  @IsString({ each: true })
  readonly affiliateIds!: readonly string[];
}
