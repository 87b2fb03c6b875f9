import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { INVITE_STATES, type InviteQuery, type InviteState } from '@rekomi/programs';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class InvitesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Id or slug.', example: 'summer-sale-2026' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly campaign?: string;

  @ApiPropertyOptional({ enum: INVITE_STATES })
  @IfPresent()
  @IsIn(INVITE_STATES)
  readonly state?: InviteState;

  @ApiPropertyOptional({ description: 'The whole address, in any letter case.', example: 'jane@example.com' })
  @IfPresent()
  @IsString()
  @MaxLength(320)
  readonly email?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IfPresent()
  @IsUUID()
  readonly affiliateId?: string;

  filter(): InviteQuery {
    const { campaign, state, email, affiliateId } = this;
    return {
      ...(campaign === undefined ? {} : { campaign }),
      ...(state === undefined ? {} : { state }),
      ...(email === undefined ? {} : { email }),
      ...(affiliateId === undefined ? {} : { affiliateId }),
    };
  }
}
