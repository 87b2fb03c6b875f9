import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsObject, ValidateNested } from 'class-validator';

import { ApprovalRulesRequest } from './approval-rules.request.js';
import { IfPresent } from './if-present.js';

/** What is absent keeps its value. */
export class AutoApproveRequest {
  @ApiPropertyOptional({ default: false, example: true })
  @IfPresent()
  @IsBoolean()
  readonly enabled?: boolean;

  @ApiPropertyOptional({ type: ApprovalRulesRequest })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => ApprovalRulesRequest)
  readonly rules?: ApprovalRulesRequest;
}
