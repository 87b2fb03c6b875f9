import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfGiven } from './if-present.js';

export class CreateCampaignRequest {
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Summer Sale 2026' })
  @IsString()
  @MaxLength(200)
  readonly name!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 5000,
    example: 'For bloggers and their readers.',
  })
  @IfGiven()
  @IsString()
  @MaxLength(5000)
  readonly description?: string | null;
}
