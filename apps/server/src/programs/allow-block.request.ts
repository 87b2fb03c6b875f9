import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString } from 'class-validator';

import { IfPresent } from './if-present.js';

/** What is absent keeps its value; an empty list removes all entries. */
export class AllowBlockRequest {
  @ApiPropertyOptional({
    type: [String],
    maxItems: 500,
    description: 'Empty: everything is allowed.',
    example: [],
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(500)
  @IsString({ each: true })
  readonly allow?: readonly string[];

  @ApiPropertyOptional({ type: [String], maxItems: 500, description: 'Wins over allow.', example: [] })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(500)
  @IsString({ each: true })
  readonly block?: readonly string[];
}
