import { ApiProperty } from '@nestjs/swagger';
import type { Session } from '@rekomi/identity';

export class SessionRowAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ description: 'The one that this request came with.', example: true })
  readonly current!: boolean;

  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e40' })
  readonly organizationId!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'To the minute.', example: '2026-11-24T09:15:00.000Z' })
  readonly lastSeenAt!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'At the latest; without any request after 14 days.',
    example: '2026-12-23T09:15:00.000Z',
  })
  readonly expiresAt!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of the sign-in.', example: '203.0.113.7' })
  readonly ip!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the sign-in.', example: 'Mozilla/5.0' })
  readonly userAgent!: string | null;
}

export function sessionRowAnswer(session: Session, currentId: string): SessionRowAnswer {
  return {
    id: session.id,
    current: session.id === currentId,
    organizationId: session.organizationId,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    ip: session.ip,
    userAgent: session.userAgent,
  };
}
