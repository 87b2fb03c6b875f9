import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';

import { IfPresent } from './if-present.js';

export class AutoApprovalRequest {
  @ApiPropertyOptional({ default: false, description: 'True: only count, change nothing.', example: true })
  @IfPresent()
  @IsBoolean()
  readonly dryRun?: boolean;
}
