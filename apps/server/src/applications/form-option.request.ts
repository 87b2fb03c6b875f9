import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { IfGiven } from '../programs/if-present.js';

export class FormOptionRequest {
  @ApiProperty({ description: 'What is sent and stored.', minLength: 1, maxLength: 200, example: 'youtube' })
  @IsString()
  @MaxLength(1000)
  readonly value!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 200,
    description: 'What people see; the value unless told.',
    example: 'YouTube',
  })
  @IfGiven()
  @IsString()
  @MaxLength(1000)
  readonly label?: string | null;
}
