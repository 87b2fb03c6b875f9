import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class RotateWebhookSecretRequest {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 168,
    default: 24,
    description: 'Hours for which messages are signed with the present secret beside the new one.',
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(168)
  readonly overlapHours?: number;
}
