import { ApiPropertyOptional } from '@nestjs/swagger';
import { MOST_PREVIEWED } from '@rekomi/sync';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsUUID } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class PreviewRequest {
  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    minItems: 1,
    maxItems: MOST_PREVIEWED,
    description: 'Whom to show. The five who were approved last unless told.',
  })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_PREVIEWED)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  readonly affiliateIds?: readonly string[];
}
