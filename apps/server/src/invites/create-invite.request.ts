import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DEFAULT_DAYS } from '@rekomi/programs';
import { Allow } from 'class-validator';

const TEMPLATE = 'Null and blank count as absent.';

/**
 * One person, as a template renders them: every value may be a text, a number or null. They are read by
 * `readInviteCall`.
 */
export class CreateInviteRequest {
  @ApiProperty({ type: String, example: 'jane@example.com' })
  @Allow()
  readonly email?: unknown;

  @ApiProperty({ type: String, description: 'Id or slug.', example: 'summer-sale-2026' })
  @Allow()
  readonly campaign?: unknown;

  @ApiPropertyOptional({ type: String, nullable: true, description: TEMPLATE, example: 'Jane' })
  @Allow()
  readonly firstName?: unknown;

  @ApiPropertyOptional({ type: String, nullable: true, description: TEMPLATE, example: 'van Doe' })
  @Allow()
  readonly lastName?: unknown;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Instead of the two.',
    example: 'Jane van Doe',
  })
  @Allow()
  readonly name?: unknown;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'gold' })
  @Allow()
  readonly tier?: unknown;

  @ApiPropertyOptional({
    nullable: true,
    oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }],
    description: 'A list, or one text with commas between the tags.',
    example: 'blog, spring',
  })
  @Allow()
  readonly tags?: unknown;

  @ApiPropertyOptional({
    nullable: true,
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    description: `${DEFAULT_DAYS} unless told.`,
    example: 14,
  })
  @Allow()
  readonly expiresInDays?: unknown;

  @ApiPropertyOptional({
    nullable: true,
    oneOf: [{ type: 'boolean' }, { type: 'string' }],
    description: 'True unless told: whoever accepts is approved at once.',
    example: true,
  })
  @Allow()
  readonly approveOnAccept?: unknown;

  @ApiPropertyOptional({
    nullable: true,
    oneOf: [{ type: 'boolean' }, { type: 'string' }],
    description: 'Whoever is invited already gets `expiresInDays` from now on.',
    example: false,
  })
  @Allow()
  readonly extend?: unknown;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    enum: ['none', 'crm'],
    description: '`crm`: the caller sends the link to this very address, so that accepting confirms it.',
    example: 'crm',
  })
  @Allow()
  readonly deliveredBy?: unknown;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Where the header `Idempotency-Key` cannot be set. `unsent` counts as none.',
    example: '01J9ZC4T0M2K8Q',
  })
  @Allow()
  readonly idempotencyKey?: unknown;
}
