import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class SkipDeliveryRequest {
  @ApiPropertyOptional({
    maxLength: 500,
    description: 'Why. It stands as `detail` with what was given up.',
    example: 'The address belongs to a former colleague.',
  })
  @IfPresent()
  @IsString()
  @MaxLength(500)
  readonly note?: string;
}
