import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { BacklogAnswer } from './backlog.answer.js';
import { CodeAnswer } from './code.answer.js';
import { CredentialCheckAnswer } from './credential-check.answer.js';
import { ReceiptsAnswer } from './receipts.answer.js';
import { RightAnswer } from './right.answer.js';
import { SlowedDownAnswer } from './slowed-down.answer.js';
import { WaitingAnswer } from './waiting.answer.js';

/** A connection. Holds no secret. */
export class ConnectionAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'customer-io' })
  readonly provider!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly label!: string;

  @ApiProperty({ enum: ['live', 'sandbox'] })
  readonly environment!: string;

  @ApiProperty({
    enum: [
      'verified',
      'needs_attention',
      'auth_error',
      'paused',
      'disconnecting',
      'disabled',
      'rate_limited',
    ],
    description: '`rate_limited`: in order, and the vendor asks for patience until `rateLimitedUntil`.',
  })
  readonly state!: string;

  @ApiProperty({ format: 'date-time' })
  readonly stateSince!: string;

  @ApiPropertyOptional({ type: CodeAnswer, description: 'Why it is in this state.' })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional({ description: 'What the vendor said.' })
  readonly stateDetail?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly rateLimitedUntil?: string;

  @ApiProperty({
    type: [SlowedDownAnswer],
    description:
      'What is sent more slowly than usual, because the vendor had enough and did not say for how long.',
  })
  readonly slowedDown!: readonly SlowedDownAnswer[];

  @ApiProperty({
    type: [String],
    description: 'Names of the credentials that are stored.',
    example: ['siteId', 'trackApiKey'],
  })
  readonly credentialsPresent!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Values of the fields that are not secret.',
    example: { siteId: 'a1b2c3d4e5f6a7b8c9d0' },
  })
  readonly publicCredentials!: Readonly<Record<string, string>>;

  @ApiPropertyOptional({ example: '112233' })
  readonly accountId?: string;

  @ApiPropertyOptional({ example: 'Acme' })
  readonly accountName?: string;

  @ApiPropertyOptional({ example: 'us' })
  readonly region?: string;

  @ApiProperty({ type: [RightAnswer] })
  readonly rights!: readonly RightAnswer[];

  @ApiProperty({ type: [CredentialCheckAnswer] })
  readonly checks!: readonly CredentialCheckAnswer[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'As chosen; others have their default.',
  })
  readonly settings!: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({ description: 'The vendor’s id.', example: '7' })
  readonly defaultAudience?: string;

  @ApiPropertyOptional({ example: 'Affiliates' })
  readonly defaultAudienceName?: string;

  @ApiProperty({ type: [String], example: ['partner'] })
  readonly defaultTags!: readonly string[];

  @ApiProperty({ type: ReceiptsAnswer })
  readonly receipts!: ReceiptsAnswer;

  @ApiProperty({ type: BacklogAnswer, description: 'Contacts with work on its way, without the held ones.' })
  readonly pending!: BacklogAnswer;

  @ApiProperty({ type: BacklogAnswer, description: 'Contacts held until data or configuration changes.' })
  readonly held!: BacklogAnswer;

  @ApiProperty({
    type: [WaitingAnswer],
    description:
      'Why contacts that are due first have to wait, most frequent reason first; among the first 1,000.',
  })
  readonly waiting!: readonly WaitingAnswer[];

  @ApiPropertyOptional({ format: 'date-time' })
  readonly verifiedAt?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When it is verified again by itself: once a day, sooner when it was stopped by an error.',
  })
  readonly nextCheckAt?: string;

  @ApiProperty({
    type: [String],
    description:
      'The vendor’s ids of audiences that single campaigns name and that are gone. Whoever is to be in one waits; everybody else goes on.',
    example: [],
  })
  readonly missingAudiences!: readonly string[];

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}
