import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsISO8601, Min } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class ReplayWebhooksRequest {
  @ApiProperty({
    format: 'date-time',
    description: 'Events that came in from then on.',
    example: '2026-11-20T00:00:00Z',
  })
  @IsISO8601({ strict: true, strictSeparator: true })
  readonly since!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'And before then.' })
  @IfPresent()
  @IsISO8601({ strict: true, strictSeparator: true })
  readonly until?: string;

  @ApiPropertyOptional({
    enum: ['missed', 'all'],
    default: 'missed',
    description: '`all` sends what was delivered as well, with the ids that it had.',
  })
  @IfPresent()
  @IsIn(['missed', 'all'])
  readonly which?: 'missed' | 'all';

  @ApiPropertyOptional({ default: false, description: 'True: only count, send nothing.', example: true })
  @IfPresent()
  @IsBoolean()
  readonly dryRun?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'The number that a dry run told. With another number now, nothing is sent.',
    example: 42,
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  readonly expected?: number;
}
