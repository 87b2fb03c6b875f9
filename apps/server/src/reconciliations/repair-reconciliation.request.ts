import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class RepairReconciliationRequest {
  @ApiPropertyOptional({
    default: true,
    description: 'False: people whom nobody finds under their address are not written again.',
    example: true,
  })
  @IfPresent()
  @IsBoolean()
  readonly missing?: boolean;

  @ApiPropertyOptional({
    default: false,
    description:
      'True: people who are no longer in an audience are put back. Never those who unsubscribed; consent is never raised.',
    example: false,
  })
  @IfPresent()
  @IsBoolean()
  readonly audiences?: boolean;
}
