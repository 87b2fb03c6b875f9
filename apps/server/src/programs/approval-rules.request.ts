import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, ValidateNested } from 'class-validator';

import { AllowBlockRequest } from './allow-block.request.js';
import { IfPresent } from './if-present.js';

/** What is absent keeps its value. */
export class ApprovalRulesRequest {
  @ApiPropertyOptional({
    type: AllowBlockRequest,
    description: 'Domains of addresses, each with its sub-domains.',
    example: { allow: [], block: ['mailinator.com'] },
  })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => AllowBlockRequest)
  readonly emailDomains?: AllowBlockRequest;

  @ApiPropertyOptional({
    type: AllowBlockRequest,
    description:
      'Countries by their two letters of ISO 3166-1. With any entry, people of unknown country wait.',
    example: { allow: ['DE', 'AT'], block: [] },
  })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => AllowBlockRequest)
  readonly countries?: AllowBlockRequest;

  @ApiPropertyOptional({
    enum: ['skip', 'ignore'],
    description:
      'Whether people who are here already under another address, or with the same external id, wait.',
  })
  @IfPresent()
  @IsIn(['skip', 'ignore'])
  readonly duplicates?: 'skip' | 'ignore';

  @ApiPropertyOptional({
    description: 'True: only people who confirmed that the address is theirs.',
    example: false,
  })
  @IfPresent()
  @IsBoolean()
  readonly confirmedAddress?: boolean;
}
