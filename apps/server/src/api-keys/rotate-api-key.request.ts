import { ApiPropertyOptional } from '@nestjs/swagger';
import { LONGEST_OVERLAP_HOURS, OVERLAP_HOURS } from '@rekomi/identity';
import { IsInt, Max, Min } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class RotateApiKeyRequest {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: LONGEST_OVERLAP_HOURS,
    default: OVERLAP_HOURS,
    description:
      'Hours for which the former secret works as well. 0 ends it at once: for a secret that leaked.',
    example: 24,
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(LONGEST_OVERLAP_HOURS)
  readonly overlapHours?: number;
}
