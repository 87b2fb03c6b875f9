import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { AudienceAnswer } from './audience.answer.js';
import { CodeAnswer } from './code.answer.js';
import { VerificationAnswer } from './verification.answer.js';

/** What trying credentials showed. Nothing was stored. */
export class UnsavedVerificationAnswer extends VerificationAnswer {
  @ApiPropertyOptional({
    description: 'What the connection would be called.',
    example: 'Acme (Customer.io, US)',
  })
  readonly suggestedLabel?: string;

  @ApiProperty({
    type: [String],
    description: 'For instance that a key does not look as usual. Nothing of it blocks.',
  })
  readonly warnings!: readonly string[];

  @ApiPropertyOptional({ type: [AudienceAnswer], description: 'Absent when they could not be listed.' })
  readonly audiences?: readonly AudienceAnswer[];

  @ApiPropertyOptional({ description: 'There are more audiences than the thousand shown.' })
  readonly audiencesTruncated?: boolean;

  @ApiPropertyOptional({ type: CodeAnswer, description: 'Why audiences could not be listed.' })
  readonly audiencesReason?: CodeAnswer;
}
