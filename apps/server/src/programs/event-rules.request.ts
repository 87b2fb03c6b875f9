import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsObject, IsString } from 'class-validator';

import { IfPresent } from './if-present.js';

const MODES = ['all', 'chosen'] as const;

export class EventRulesRequest {
  @ApiProperty({
    enum: MODES,
    description: '`chosen`: only the events of the list `chosen`.',
    example: 'chosen',
  })
  @IsIn(MODES)
  readonly mode!: (typeof MODES)[number];

  @ApiPropertyOptional({
    type: [String],
    maxItems: 200,
    description: 'Names of events, built in or your own. Empty: none.',
    example: ['affiliate_approved', 'commission_earned'],
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  readonly chosen?: readonly string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'Our name → the name in the tool, as long as the tool allows and not one that it keeps for itself. Names that are not mentioned stay.',
    example: { commission_earned: 'Commission earned' },
  })
  @IfPresent()
  @IsObject()
  readonly names?: Readonly<Record<string, unknown>>;
}
