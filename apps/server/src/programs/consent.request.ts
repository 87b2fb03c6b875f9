import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';

import { IfGiven } from './if-present.js';

const BASES = ['application', 'invitation', 'import', 'api', 'none_recorded'] as const;

/** Kept as evidence, and never changed. */
export class ConsentRequest {
  @ApiProperty({ enum: BASES, example: 'application' })
  @IsIn(BASES)
  readonly basis!: (typeof BASES)[number];

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'What the person agreed to, word for word.',
    maxLength: 10_000,
    example: 'I agree to receive e-mails about the programme.',
  })
  @IfGiven()
  @IsString()
  @MaxLength(10_000)
  readonly wording?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Where: a form’s address, a file’s name.',
    maxLength: 2000,
    example: 'https://example.com/join',
  })
  @IfGiven()
  @IsString()
  @MaxLength(2000)
  readonly source?: string | null;
}
