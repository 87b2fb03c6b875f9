import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { InviteOutcome } from '@rekomi/programs';

import { RowErrorAnswer } from '../programs/row-error.answer.js';

export const INVITE_OUTCOMES = [
  'invited',
  'already_invited',
  'already_affiliate',
  'already_applied',
  'rejected',
  'archived',
  'suppressed',
  'duplicate',
  'invalid',
] as const satisfies readonly InviteOutcome['outcome'][];

export class InviteRowAnswer {
  @ApiProperty({ description: 'Place among those sent, from 0.', example: 0 })
  readonly index!: number;

  @ApiPropertyOptional({ description: 'Of the text or file, from 1.', example: 2 })
  readonly line?: number;

  @ApiProperty({ enum: INVITE_OUTCOMES, example: 'invited' })
  readonly outcome!: InviteOutcome['outcome'];

  @ApiPropertyOptional({ example: 'jane@example.com' })
  readonly email?: string;

  @ApiPropertyOptional({ description: 'Why nobody was invited, and what to do about it.' })
  readonly detail?: string;

  @ApiPropertyOptional({
    description: 'Personal; works once.',
    example: 'https://crm.example.com/invites/AZ…',
  })
  readonly link?: string;

  @ApiPropertyOptional({ format: 'date-time', example: '2026-12-24T12:00:00.000Z' })
  readonly expiresAt?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  readonly inviteId?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  readonly affiliateId?: string;

  @ApiPropertyOptional({ description: 'The link was left for the mail server just now.', example: false })
  readonly mailed?: boolean;

  @ApiPropertyOptional({ enum: ['unsubscribed', 'manual', 'bounced'] })
  readonly reason?: 'unsubscribed' | 'manual' | 'bounced';

  @ApiPropertyOptional({ description: 'Place of the first row with this address.', example: 0 })
  readonly of?: number;

  @ApiPropertyOptional({ type: [RowErrorAnswer] })
  readonly errors?: readonly RowErrorAnswer[];
}
