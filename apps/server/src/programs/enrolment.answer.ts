import { ApiProperty } from '@nestjs/swagger';
import { ENROLMENT_STATUSES, type EnrolmentStatus } from '@rekomi/programs';

import { EnrolmentCampaignAnswer } from './enrolment-campaign.answer.js';
import { SkipReasonAnswer } from './skip-reason.answer.js';
import { TierOriginAnswer } from './tier-origin.answer.js';

export class EnrolmentAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: EnrolmentCampaignAnswer })
  readonly campaign!: EnrolmentCampaignAnswer;

  @ApiProperty({ enum: ENROLMENT_STATUSES, example: 'approved' })
  readonly status!: EnrolmentStatus;

  @ApiProperty({ type: String, nullable: true, example: 'gold' })
  readonly tier!: string | null;

  @ApiProperty({ type: TierOriginAnswer, description: 'Where the tier comes from.' })
  readonly tierOrigin!: TierOriginAnswer;

  @ApiProperty({ type: [String], example: ['blog'] })
  readonly tags!: readonly string[];

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly appliedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T10:00:00.000Z' })
  readonly decidedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly decisionReason!: string | null;

  @ApiProperty({
    type: [SkipReasonAnswer],
    description: 'Why automatic approval passed this one by; empty for everybody who is not waiting.',
  })
  readonly skipped!: readonly SkipReasonAnswer[];
}
