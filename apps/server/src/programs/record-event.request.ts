import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';

import { EventRowRequest } from './event-row.request.js';
import { IfPresent } from './if-present.js';

export class RecordEventRequest extends EventRowRequest {
  @ApiPropertyOptional({
    default: false,
    description: 'Refuse a name that is neither built in nor declared.',
    example: true,
  })
  @IfPresent()
  @IsBoolean()
  readonly strict?: boolean;
}
