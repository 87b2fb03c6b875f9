import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfGiven } from '../programs/if-present.js';

/** Null or absent: the built-in words. */
export class FormTextsRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 5000,
    description: 'Above the fields. Blank lines separate paragraphs.',
    example: 'Tell us a little about yourself.',
  })
  @IfGiven()
  @IsString()
  @MaxLength(50_000)
  readonly intro?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 60, example: 'Apply now' })
  @IfGiven()
  @IsString()
  @MaxLength(1000)
  readonly submitLabel?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 200, example: 'Welcome aboard' })
  @IfGiven()
  @IsString()
  @MaxLength(10_000)
  readonly thanksTitle?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 5000,
    example: 'We look at every application within two days.',
  })
  @IfGiven()
  @IsString()
  @MaxLength(50_000)
  readonly thanksText?: string | null;
}
