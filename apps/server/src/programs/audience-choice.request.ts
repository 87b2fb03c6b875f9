import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfPresent } from './if-present.js';

export class AudienceChoiceRequest {
  @ApiProperty({ description: 'The vendor’s id.', maxLength: 255, example: '7' })
  @IsString()
  @MaxLength(255)
  readonly id!: string;

  @ApiPropertyOptional({ description: 'For people to read.', maxLength: 255, example: 'Affiliates' })
  @IfPresent()
  @IsString()
  @MaxLength(255)
  readonly name?: string;
}
