import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { SUPPRESSION_REASONS, type SuppressionFilter, type SuppressionReason } from '@rekomi/programs';
import { IsIn, IsString, MaxLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class SuppressionsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'The whole address, in any letter case.', example: 'jane@example.com' })
  @IfPresent()
  @IsString()
  @MaxLength(320)
  readonly email?: string;

  @ApiPropertyOptional({ enum: SUPPRESSION_REASONS })
  @IfPresent()
  @IsIn(SUPPRESSION_REASONS)
  readonly reason?: SuppressionReason;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Also those that were lifted.',
    example: 'false',
  })
  @IfPresent()
  @IsIn(['true', 'false'])
  readonly lifted?: 'true' | 'false';

  filter(): SuppressionFilter {
    const { email, reason, lifted } = this;
    return {
      lifted: lifted === 'true',
      ...(email === undefined ? {} : { email }),
      ...(reason === undefined ? {} : { reason }),
    };
  }
}
