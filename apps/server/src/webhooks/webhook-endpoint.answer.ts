import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PRESET_NAMES } from '@rekomi/webhooks';

import { CodeAnswer } from '../connections/code.answer.js';

/** A system of yours that is told what happened. */
export class WebhookEndpointAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'https://hooks.example.com/rekomi' })
  readonly url!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Our data warehouse' })
  readonly description!: string | null;

  @ApiProperty({ enum: ['live', 'sandbox'], example: 'live' })
  readonly environment!: string;

  @ApiProperty({ type: [String], description: '`*`: all events.', example: ['*'] })
  readonly eventTypes!: readonly string[];

  @ApiProperty({ enum: ['enabled', 'disabled'], example: 'enabled' })
  readonly state!: string;

  @ApiProperty({ format: 'date-time' })
  readonly stateSince!: string;

  @ApiPropertyOptional({
    type: CodeAnswer,
    description: 'Why it was disabled; absent when a person did it.',
  })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional({ example: 'The endpoint answered 410.' })
  readonly detail?: string;

  @ApiProperty({
    type: [String],
    description: 'Names of the headers beside ours. Their values are never shown.',
    example: ['Authorization'],
  })
  readonly headerNames!: readonly string[];

  @ApiProperty({ enum: [...PRESET_NAMES], type: String, nullable: true, example: null })
  readonly preset!: string | null;

  @ApiProperty({
    nullable: true,
    description: 'The body as JSON with placeholders; null: that of Standard Webhooks, or the preset’s.',
    example: null,
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'array', items: {} }, { type: 'string' }],
  })
  readonly template!: unknown;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when every message has failed; five days of that disable it.',
  })
  readonly failingSince!: string | null;

  @ApiProperty({ type: 'integer', description: 'Failures in a row.', example: 0 })
  readonly failures!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Nothing is sent before: it asked for patience, or does not answer.',
  })
  readonly restsUntil!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'To about a minute.',
  })
  readonly lastSuccessAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly lastFailureAt!: string | null;

  @ApiPropertyOptional({ type: CodeAnswer })
  readonly lastFailure?: CodeAnswer;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when messages carry a signature with the secret before the present one as well.',
  })
  readonly oldSecretExpiresAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

export class CreatedWebhookEndpointAnswer extends WebhookEndpointAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Shown this once. Null when the same call is answered again.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  readonly secret!: string | null;
}
