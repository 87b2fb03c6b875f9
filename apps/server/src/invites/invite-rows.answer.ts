import { ApiProperty } from '@nestjs/swagger';

import { InviteRowAnswer } from './invite-row.answer.js';

/** The counts add up to the number of rows. */
export class InviteRowsAnswer {
  @ApiProperty({ example: 1 })
  readonly invited!: number;

  @ApiProperty({ example: 0 })
  readonly alreadyInvited!: number;

  @ApiProperty({ description: 'Approved in this campaign.', example: 0 })
  readonly alreadyAffiliate!: number;

  @ApiProperty({ description: 'Waiting for a decision in this campaign.', example: 0 })
  readonly alreadyApplied!: number;

  @ApiProperty({
    description: 'Rejected or archived in this campaign, which an invitation does not undo.',
    example: 0,
  })
  readonly turnedDown!: number;

  @ApiProperty({ example: 0 })
  readonly suppressed!: number;

  @ApiProperty({ example: 0 })
  readonly duplicate!: number;

  @ApiProperty({ example: 0 })
  readonly invalid!: number;

  @ApiProperty({ type: [InviteRowAnswer] })
  readonly results!: readonly InviteRowAnswer[];
}
