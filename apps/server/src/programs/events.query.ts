import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { IsISO8601, IsString, IsUUID, MaxLength } from 'class-validator';

import { IfPresent } from './if-present.js';

export class EventsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'The whole name, as recorded.', example: 'commission_earned' })
  @IfPresent()
  @IsString()
  @MaxLength(255)
  readonly name?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IfPresent()
  @IsUUID()
  readonly affiliateId?: string;

  @ApiPropertyOptional({
    description: 'Id or slug of the campaign that was named.',
    example: 'summer-sale-2026',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly campaign?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Happened then or later.',
    example: '2026-11-01T00:00:00Z',
  })
  @IfPresent()
  @IsISO8601({ strict: true })
  @MaxLength(40)
  readonly occurredFrom?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Happened then or earlier.',
    example: '2026-11-30T23:59:59Z',
  })
  @IfPresent()
  @IsISO8601({ strict: true })
  @MaxLength(40)
  readonly occurredTo?: string;
}
