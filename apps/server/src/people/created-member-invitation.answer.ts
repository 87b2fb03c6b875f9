import { ApiProperty } from '@nestjs/swagger';
import type { MemberInvitation } from '@rekomi/identity';

import type { DeliveredInvitation } from './invitation-delivery.js';
import { MemberInvitationAnswer, memberInvitationAnswer } from './member-invitation.answer.js';

export class CreatedMemberInvitationAnswer extends MemberInvitationAnswer {
  @ApiProperty({ description: 'Was it mailed? Without a mail server you pass the link on.', example: false })
  readonly mailed!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The personal link, shown once: null when it was mailed, and in the answer to a repeated request.',
    example: 'https://crm.example.com/account/invitation/vZ2y7l3bH1kq0mJx5rT8n',
  })
  readonly url!: string | null;
}

export function createdMemberInvitationAnswer(
  invitation: MemberInvitation,
  { mailed, url }: DeliveredInvitation,
): CreatedMemberInvitationAnswer {
  return Object.assign(memberInvitationAnswer(invitation), { mailed, url });
}
