import { ApiProperty } from '@nestjs/swagger';
import type { InviteOutcome } from '@rekomi/programs';

import { INVITE_OUTCOMES } from './invite-row.answer.js';

/** Small and flat, always with the same keys, so that a tool can keep the values as attributes of the person. */
export class InvitedAnswer {
  @ApiProperty({
    enum: INVITE_OUTCOMES.filter((one) => one !== 'invalid' && one !== 'duplicate'),
    example: 'invited',
  })
  readonly outcome!: InviteOutcome['outcome'];

  @ApiProperty({ example: 'jane@example.com' })
  readonly email!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Personal; works once. Null when the person was not invited.',
    example: 'https://crm.example.com/invites/AZ…',
  })
  readonly invite_url!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2026-12-24T12:00:00.000Z' })
  readonly expires_at!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid' })
  readonly invite_id!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid' })
  readonly affiliate_id!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why nobody was invited.', example: null })
  readonly detail!: string | null;
}
