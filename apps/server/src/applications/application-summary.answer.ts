import { ApiProperty } from '@nestjs/swagger';
import { ENROLMENT_STATUSES, type EnrolmentStatus } from '@rekomi/programs';

import { EnrolmentCampaignAnswer } from '../programs/enrolment-campaign.answer.js';
import { AnswerAnswer } from './answer.answer.js';
import { SkipReasonAnswer } from './skip-reason.answer.js';

export class ApplicationSummaryAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ type: EnrolmentCampaignAnswer })
  readonly campaign!: EnrolmentCampaignAnswer;

  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e40' })
  readonly affiliateId!: string;

  @ApiProperty({ example: 'jane@example.com' })
  readonly email!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The affiliate’s, which the form changes only as long as nothing else is known of the person.',
    example: 'Jane Doe',
  })
  readonly name!: string | null;

  @ApiProperty({ enum: ENROLMENT_STATUSES, description: 'In the campaign, now.', example: 'applied' })
  readonly status!: EnrolmentStatus;

  @ApiProperty({
    description:
      'Whether the person confirmed this application, by the link in its mail or by an invitation to this campaign that reached the address.',
    example: false,
  })
  readonly addressConfirmed!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly submittedAt!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Of the latest submission.',
    example: '2026-11-23T09:15:00.000Z',
  })
  readonly updatedAt!: string;

  @ApiProperty({ description: 'How many different submissions are kept.', example: 1 })
  readonly submissions!: number;

  @ApiProperty({
    type: [SkipReasonAnswer],
    description: 'Why automatic approval passed the person by, the last time it looked.',
  })
  readonly skipped!: readonly SkipReasonAnswer[];

  @ApiProperty({ type: [AnswerAnswer], description: 'What counts.' })
  readonly answers!: readonly AnswerAnswer[];
}
