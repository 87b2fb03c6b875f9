import { ApiProperty } from '@nestjs/swagger';
import { type MemberInvitation, type MemberInvitationState, type Role, ROLES } from '@rekomi/identity';

const STATES = ['open', 'accepted', 'revoked', 'expired'] as const satisfies readonly MemberInvitationState[];

export class MemberInvitationAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'grace@example.com' })
  readonly email!: string;

  @ApiProperty({ enum: ROLES, example: 'manager' })
  readonly role!: Role;

  @ApiProperty({ enum: STATES, example: 'open' })
  readonly state!: MemberInvitationState;

  @ApiProperty({ description: 'Address of the person who invited.', example: 'ada@example.com' })
  readonly invitedBy!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-30T09:15:00.000Z' })
  readonly expiresAt!: string;
}

export function memberInvitationAnswer(invitation: MemberInvitation): MemberInvitationAnswer {
  const { id, email, role, state, invitedBy, createdAt, expiresAt } = invitation;
  return {
    ...{ id, email, role, state, invitedBy },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
