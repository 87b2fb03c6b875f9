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

/** Absent keeps. */
export class UpdateWebhookEndpointRequest {
  @ApiPropertyOptional({
    maxLength: 2048,
    description:
      'Another address begins with a clean slate. On another host, headers that are not given again are removed.',
    example: 'https://hooks.example.com/rekomi/v2',
  })
  @IfPresent()
  @IsString()
  readonly url?: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 200, description: 'Null removes it.' })
  @IfGiven()
  @IsString()
  @MaxLength(200)
  readonly description?: string | null;

  @ApiPropertyOptional({
    type: [String],
    description: 'Names of events, or `*` alone for all of them.',
    example: ['*'],
  })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  readonly eventTypes?: readonly string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', nullable: true },
    description: 'One by one: a text replaces, null removes, what is absent stays.',
    example: { Authorization: 'Bearer 5a0d…', 'X-Old': null },
  })
  @IfPresent()
  @IsObject()
  readonly headers?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({
    description: 'Null returns to the body of Standard Webhooks.',
    nullable: true,
    example: { text: '{{affiliate.name}} was approved' },
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

  @ApiPropertyOptional({ enum: ['live', 'sandbox'] })
  @IfPresent()
  @IsIn(['live', 'sandbox'])
  readonly environment?: 'live' | 'sandbox';
}
