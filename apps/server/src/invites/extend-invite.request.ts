import { ApiPropertyOptional } from '@nestjs/swagger';
import { DEFAULT_DAYS, MOST_DAYS } from '@rekomi/programs';
import { IsInt, Max, Min } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class ExtendInviteRequest {
  @ApiPropertyOptional({ minimum: 1, maximum: MOST_DAYS, default: DEFAULT_DAYS, example: 14 })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  readonly expiresInDays?: number;
}
