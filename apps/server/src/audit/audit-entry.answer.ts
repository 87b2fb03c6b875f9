import { ApiProperty } from '@nestjs/swagger';
import type { AuditDetails, AuditEntry } from '@rekomi/identity';

import { AuditActorAnswer } from './audit-actor.answer.js';
import { AuditResourceAnswer } from './audit-resource.answer.js';

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
