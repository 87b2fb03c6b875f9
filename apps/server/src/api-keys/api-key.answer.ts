import { ApiProperty } from '@nestjs/swagger';
import type { ApiKey, ApiKeyEnvironment, ApiKeyScope } from '@rekomi/identity';

export class ApiKeyAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'Checkout server' })
  readonly name!: string;

  @ApiProperty({ enum: ['live', 'test'], example: 'live' })
  readonly environment!: ApiKeyEnvironment;

  @ApiProperty({ enum: ['read', 'read_write'], example: 'read_write' })
  readonly scope!: ApiKeyScope;

  @ApiProperty({ description: 'How the key begins.', example: 'rk_live_4fQz' })
  readonly prefix!: string;

  @ApiProperty({ description: 'How it ends.', example: '9xTa' })
  readonly lastFour!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'To the minute.',
    example: '2026-11-24T08:02:00.000Z',
  })
  readonly lastUsedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2027-11-23T00:00:00.000Z' })
  readonly expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly revokedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'After a rotation: until when the secret before it works as well.',
    example: null,
  })
  readonly formerSecretValidUntil!: string | null;
}

export function apiKeyAnswer(key: ApiKey): ApiKeyAnswer {
  const { id, name, environment, scope, prefix, lastFour } = key;
  return {
    ...{ id, name, environment, scope, prefix, lastFour },
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    formerSecretValidUntil: key.formerSecretValidUntil?.toISOString() ?? null,
  };
}
