import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { CodeAnswer } from './code.answer.js';

/** What trying one group of credentials showed. */
export class CredentialCheckAnswer {
  @ApiProperty({ type: [String], example: ['siteId', 'trackApiKey'] })
  readonly credentials!: readonly string[];

  @ApiProperty({ enum: ['valid', 'rejected', 'unreachable', 'missing', 'untestable'] })
  readonly result!: string;

  @ApiPropertyOptional({ type: CodeAnswer })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional()
  readonly detail?: string;

  @ApiPropertyOptional({ description: 'The vendor’s own words.' })
  readonly vendorMessage?: string;
}
