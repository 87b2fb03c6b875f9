import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { CodeAnswer } from '../connections/code.answer.js';
import { WarningAnswer } from './warning.answer.js';

/** Where one person stands at one connection. */
export class TimelineConnectionAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly connectionId!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly label!: string;

  @ApiProperty({ example: 'customer-io' })
  readonly provider!: string;

  @ApiProperty({
    enum: ['verified', 'needs_attention', 'auth_error', 'paused', 'disconnecting', 'disabled'],
  })
  readonly connectionState!: string;

  @ApiProperty({ description: 'Whether the person is in that tool, as far as we know.' })
  readonly present!: boolean;

  @ApiPropertyOptional({ format: 'date-time', description: 'When the first write succeeded.' })
  readonly since?: string;

  @ApiProperty({
    enum: [
      'present',
      'queued',
      'sending',
      'retrying',
      'held',
      'waiting',
      'refused',
      'removing',
      'not_desired',
      'left_out',
      'absent',
      'disconnected',
    ],
  })
  readonly standing!: string;

  @ApiProperty({
    description: 'Answers "why is this person (not) in that list?".',
    example: 'Not in Acme yet: the contact is held. 3 events wait behind this failure.',
  })
  readonly explanation!: string;

  @ApiPropertyOptional({ type: CodeAnswer })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What we wrote there: the vendor’s field names, tags, audience ids.',
    example: {
      email: 'ada@example.com',
      fields: { first_name: 'Ada' },
      tags: ['Rekomi affiliate'],
      audiences: ['7'],
    },
  })
  readonly written?: object;

  @ApiProperty({ type: [WarningAnswer] })
  readonly warnings!: readonly WarningAnswer[];

  @ApiPropertyOptional({ format: 'date-time' })
  readonly writtenAt?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When the vendor confirmed it.' })
  readonly confirmedAt?: string;

  @ApiProperty({ type: 'integer' })
  readonly waitingContacts!: number;

  @ApiProperty({ type: 'integer' })
  readonly waitingEvents!: number;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly nextAttemptAt?: string;
}
