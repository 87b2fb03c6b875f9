import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { IsIn } from 'class-validator';

import { IfPresent } from './if-present.js';

const STATES = ['active', 'archived'] as const;

export class CampaignsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: STATES, description: 'Both unless told.' })
  @IfPresent()
  @IsIn(STATES)
  readonly state?: (typeof STATES)[number];

  /** Undefined: both. */
  archived(): boolean | undefined {
    return this.state === undefined ? undefined : this.state === 'archived';
  }
}
