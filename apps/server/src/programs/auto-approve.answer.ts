import { ApiProperty } from '@nestjs/swagger';

import { ApprovalRulesAnswer } from './approval-rules.answer.js';

export class AutoApproveAnswer {
  @ApiProperty({ example: true })
  readonly enabled!: boolean;

  @ApiProperty({ type: ApprovalRulesAnswer })
  readonly rules!: ApprovalRulesAnswer;
}
