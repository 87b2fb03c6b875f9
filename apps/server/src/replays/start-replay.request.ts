import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class StartReplayRequest {
  @ApiPropertyOptional({
    enum: ['all'],
    description: 'Needed when the filter matches everything, and only then.',
  })
  @IfPresent()
  @IsIn(['all'])
  readonly confirm?: 'all';
}
