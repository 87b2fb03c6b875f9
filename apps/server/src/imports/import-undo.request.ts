import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Min } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class StartImportUndoRequest {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'The number of items that the list had. With another number now, nothing is done.',
    example: 42,
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  readonly expected?: number;
}
