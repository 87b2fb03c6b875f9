import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, ValidateNested } from 'class-validator';

import { EventRowRequest } from './event-row.request.js';
import { IfPresent } from './if-present.js';

const MOST_EVENTS = 1_000;

export class RecordEventsRequest {
  @ApiPropertyOptional({
    default: false,
    description: 'Refuse names that are neither built in nor declared.',
    example: true,
  })
  @IfPresent()
  @IsBoolean()
  readonly strict?: boolean;

  @ApiProperty({ type: [EventRowRequest], minItems: 1, maxItems: MOST_EVENTS })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_EVENTS)
  @ValidateNested({ each: true })
  @Type(() => EventRowRequest)
  readonly events!: readonly EventRowRequest[];
}
