import { ApiProperty } from '@nestjs/swagger';
import { type Member, type Role, ROLES } from '@rekomi/identity';

export class MemberAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  readonly name!: string;

  @ApiProperty({ enum: ROLES, example: 'manager' })
  readonly role!: Role;

  @ApiProperty({
    format: 'date-time',
    description: 'When the person joined.',
    example: '2026-11-23T09:15:00.000Z',
  })
  readonly createdAt!: string;
}

export function memberAnswer(member: Member): MemberAnswer {
  const { id, email, name, role, createdAt } = member;
  return { id, email, name, role, createdAt: createdAt.toISOString() };
}
