import { ApiProperty } from '@nestjs/swagger';
import { INVITE_STATES, type InviteState } from '@rekomi/programs';

export class InviteLinkAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null when the invite is not open.',
    example: 'https://crm.example.com/invites/AZ…',
  })
  readonly link!: string | null;

  @ApiProperty({ enum: INVITE_STATES, example: 'open' })
  readonly state!: InviteState;
}
