import { ApiProperty } from '@nestjs/swagger';
import type { ActorKind, AuditDetails, AuditEntry } from '@rekomi/identity';

export class AuditActorAnswer {
  @ApiProperty({ enum: ['api_key', 'user', 'system', 'public'], example: 'user' })
  readonly kind!: ActorKind;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f',
  })
  readonly id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Name of the key or address of the person, as it was then.',
    example: 'mara@acme.example',
  })
  readonly label!: string | null;
}

export class AuditResourceAnswer {
  @ApiProperty({ example: 'campaign' })
  readonly kind!: string;

  @ApiProperty({ type: String, nullable: true, example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Its name, as it was then.', example: 'Summer' })
  readonly label!: string | null;
}

export class AuditEntryAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:15:00.123Z' })
  readonly at!: string;

  @ApiProperty({ type: AuditActorAnswer })
  readonly actor!: AuditActorAnswer;

  @ApiProperty({ example: 'campaign.created' })
  readonly action!: string;

  @ApiProperty({ type: AuditResourceAnswer })
  readonly resource!: AuditResourceAnswer;

  @ApiProperty({ enum: ['done', 'refused'], example: 'done' })
  readonly outcome!: 'done' | 'refused';

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it was refused: the code of the problem.',
    example: null,
  })
  readonly code!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Names of the fields that were sent, counts, what changed. Never a secret.',
    example: { fields: ['name', 'description'] },
  })
  readonly details!: AuditDetails;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  readonly ip!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'curl/8.14.1' })
  readonly userAgent!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The X-Request-Id of the answer, also in the server’s log.',
    example: '01936f0e-8f3a-7c2e-9d4b-2f6f3c1a7b55',
  })
  readonly requestId!: string | null;
}

export function auditEntryAnswer(entry: AuditEntry): AuditEntryAnswer {
  const { id, action, outcome, code, details, ip, userAgent, requestId } = entry;
  return {
    ...{ id, action, outcome, code, details, ip, userAgent, requestId },
    at: entry.at.toISOString(),
    actor: { kind: entry.actorKind, id: entry.actorId, label: entry.actorLabel },
    resource: { kind: entry.resourceKind, id: entry.resourceId, label: entry.resourceLabel },
  };
}
