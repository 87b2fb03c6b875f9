import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';

export class UploadImportQuery {
  @ApiPropertyOptional({
    description: 'Name of the file, when the body is the file itself. A form names it itself.',
    example: 'affiliates.csv',
  })
  @IfPresent()
  @IsString()
  @MaxLength(1000)
  readonly fileName?: string;
}
