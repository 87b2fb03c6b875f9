import { ApiPropertyOptional } from '@nestjs/swagger';
import { USUAL_SAMPLE } from '@rekomi/sync';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class StartReconciliationRequest {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: USUAL_SAMPLE,
    description: 'How many people are drawn by chance.',
    example: 200,
  })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly sampleSize?: number;

  @ApiPropertyOptional({ default: false, description: 'True: everybody, however many.', example: false })
  @IfPresent()
  @IsBoolean()
  readonly everybody?: boolean;
}
