import { ApiProperty } from '@nestjs/swagger';
import { INVITE_STATES, type InviteState } from '@rekomi/programs';

import { EnrolmentCampaignAnswer } from '../programs/enrolment-campaign.answer.js';

export class InviteAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: EnrolmentCampaignAnswer })
  readonly campaign!: EnrolmentCampaignAnswer;

  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({ example: 'jane@example.com' })
  readonly email!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Jane' })
  readonly firstName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'van Doe' })
  readonly lastName!: string | null;

  @ApiProperty({
    enum: INVITE_STATES,
    description: '`closed`: not used, because the person was approved, rejected or archived in another way.',
    example: 'open',
  })
  readonly state!: InviteState;

  @ApiProperty({ type: String, nullable: true, example: 'gold' })
  readonly tier!: string | null;

  @ApiProperty({ type: [String], example: ['blog'] })
  readonly tags!: readonly string[];

  @ApiProperty({ example: true })
  readonly approveOnAccept!: boolean;

  @ApiProperty({
    enum: ['none', 'mail', 'crm'],
    description:
      'How the link reached the address: mailed by this server, sent by your own tool, or nobody told.',
    example: 'none',
  })
  readonly deliveredBy!: 'none' | 'mail' | 'crm';

  @ApiProperty({ description: 'What brought it about: `call`, `api`, `list`, `csv`.', example: 'csv' })
  readonly source!: string;

  @ApiProperty({ description: 'How often the link was mailed.', example: 0 })
  readonly mails!: number;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  readonly mailedAt!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-12-24T12:00:00.000Z' })
  readonly expiresAt!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  readonly acceptedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  readonly revokedAt!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T12:00:00.000Z' })
  readonly createdAt!: string;
}
