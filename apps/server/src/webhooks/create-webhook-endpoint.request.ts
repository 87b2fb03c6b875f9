import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';

import { IfGiven, IfPresent } from '../programs/if-present.js';
import { WebhookPresetRequest } from './webhook-preset.request.js';

export class CreateWebhookEndpointRequest {
  @ApiPropertyOptional({
    maxLength: 2048,
    description:
      'A public https address. Placeholders may stand in path and query. Required unless a preset is chosen.',
    example: 'https://hooks.example.com/rekomi',
  })
  @IfPresent()
  @IsString()
  readonly url?: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 200, example: 'Our data warehouse' })
  @IfGiven()
  @IsString()
  @MaxLength(200)
  readonly description?: string | null;

  @ApiPropertyOptional({
    type: [String],
    description: 'Names of events, or `*` alone for all of them.',
    default: ['*'],
    example: ['affiliate_approved', 'commission_earned'],
  })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  readonly eventTypes?: readonly string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Headers beside ours, at most 20. Their values never come back.',
    example: { Authorization: 'Bearer 4f9c…' },
  })
  @IfPresent()
  @IsObject()
  readonly headers?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({
    description:
      'The body as JSON with placeholders, see the guide on templates. Without it the body of Standard Webhooks is sent.',
    nullable: true,
    example: { text: '{{affiliate.name}} earned {{data.amount}} {{data.currency}}' },
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'array', items: {} }, { type: 'string' }],
  })
  @Allow()
  readonly template?: unknown;

  @ApiPropertyOptional({ type: WebhookPresetRequest, description: 'Instead of url, headers and template.' })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => WebhookPresetRequest)
  readonly preset?: WebhookPresetRequest;

  @ApiPropertyOptional({
    enum: ['live', 'sandbox'],
    default: 'live',
    description: '`sandbox`: presets reach the emulated vendors.',
  })
  @IfPresent()
  @IsIn(['live', 'sandbox'])
  readonly environment?: 'live' | 'sandbox';
}
