import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class TestWebhookRequest {
  @ApiPropertyOptional({
    description: 'Name of the event that is told of. Its data are the example of the event type.',
    default: 'affiliate_approved',
    example: 'commission_earned',
  })
  @IfPresent()
  @IsString()
  @MaxLength(255)
  readonly eventType?: string;
}
