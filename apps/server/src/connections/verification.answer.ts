import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { CodeAnswer } from './code.answer.js';
import { CredentialCheckAnswer } from './credential-check.answer.js';
import { RightAnswer } from './right.answer.js';

/** What a live verification showed. */
export class VerificationAnswer {
  @ApiProperty({
    enum: ['valid', 'rejected', 'unreachable', 'untestable'],
    description: '`unreachable` says nothing about the credentials: no usable answer came.',
  })
  readonly result!: string;

  @ApiPropertyOptional({ type: CodeAnswer, description: 'Why it is not valid.' })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional({
    type: [String],
    description: 'Fields that the vendor rejects.',
    example: ['trackApiKey'],
  })
  readonly rejectedCredentials?: readonly string[];

  @ApiPropertyOptional({ description: 'The vendor’s own words.' })
  readonly vendorMessage?: string;

  @ApiPropertyOptional({ description: 'The vendor’s id of the account.', example: '112233' })
  readonly accountId?: string;

  @ApiPropertyOptional({ example: 'Acme' })
  readonly accountName?: string;

  @ApiPropertyOptional({ description: 'Found, not asked.', example: 'us' })
  readonly region?: string;

  @ApiProperty({ type: [RightAnswer] })
  readonly rights!: readonly RightAnswer[];

  @ApiProperty({ type: [CredentialCheckAnswer] })
  readonly checks!: readonly CredentialCheckAnswer[];

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'What was exchanged with the vendor, secrets masked.',
  })
  readonly exchanges!: readonly object[];
}
