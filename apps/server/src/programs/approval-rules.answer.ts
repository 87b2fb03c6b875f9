import { ApiProperty } from '@nestjs/swagger';

import { AllowBlockAnswer } from './allow-block.answer.js';

export class ApprovalRulesAnswer {
  @ApiProperty({ type: AllowBlockAnswer, description: 'In punycode, each with its sub-domains.' })
  readonly emailDomains!: AllowBlockAnswer;

  @ApiProperty({ type: AllowBlockAnswer })
  readonly countries!: AllowBlockAnswer;

  @ApiProperty({ enum: ['skip', 'ignore'], example: 'skip' })
  readonly duplicates!: 'skip' | 'ignore';

  @ApiProperty({ example: false })
  readonly confirmedAddress!: boolean;
}
