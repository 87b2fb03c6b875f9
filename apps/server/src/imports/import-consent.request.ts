import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';

import { IfGiven } from '../programs/if-present.js';

const BASES = ['application', 'invitation', 'import', 'api', 'none_recorded'] as const;

export class ImportConsentRequest {
  @ApiProperty({ enum: BASES, example: 'import' })
  @IsIn(BASES)
  readonly basis!: (typeof BASES)[number];

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'What these people agreed to, word for word.',
    maxLength: 10_000,
    example: 'I agree to receive e-mails about the programme.',
  })
  @IfGiven()
  @IsString()
  @MaxLength(10_000)
  readonly wording?: string | null;
}
