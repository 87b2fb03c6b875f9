import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

import { CATEGORIES } from './provider.answer.js';

const EVENTS = ['native', 'tag', 'attribute', 'none'] as const;

export class ProviderQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Words that name, slug or summary contain, in any order and letter case.',
    maxLength: 100,
    example: 'mail',
  })
  @IsString()
  @MaxLength(100)
  @IsOptional()
  readonly q?: string;

  @ApiPropertyOptional({ enum: CATEGORIES })
  @IsIn(CATEGORIES)
  @IsOptional()
  readonly category?: (typeof CATEGORIES)[number];

  @ApiPropertyOptional({ enum: EVENTS, description: 'How the vendor records events.' })
  @IsIn(EVENTS)
  @IsOptional()
  readonly events?: (typeof EVENTS)[number];
}
