import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { IsIn, IsString, MaxLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class ImportIssuesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['refused', 'warning'] })
  @IfPresent()
  @IsIn(['refused', 'warning'])
  readonly severity?: 'refused' | 'warning';

  @ApiPropertyOptional({ example: 'email_domain' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly code?: string;
}
