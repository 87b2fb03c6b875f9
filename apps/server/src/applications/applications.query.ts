import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { ENROLMENT_STATUSES, type EnrolmentStatus } from '@rekomi/programs';
import { IsIn, IsString, MaxLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class ApplicationsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Id or slug.', example: 'summer-sale-2026' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly campaign?: string;

  @ApiPropertyOptional({ enum: ENROLMENT_STATUSES, description: 'In the campaign, now.' })
  @IfPresent()
  @IsIn(ENROLMENT_STATUSES)
  readonly status?: EnrolmentStatus;
}
