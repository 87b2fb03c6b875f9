import { ApiProperty } from '@nestjs/swagger';
import { IMPORT_FIELDS, IMPORT_LIMITS, type ImportField } from '@rekomi/programs';
import { IsIn, IsInt, Max, Min } from 'class-validator';

export class MapImportColumnRequest {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Of the column in the file, from 0.', example: 3 })
  @IsInt()
  @Min(0)
  @Max(IMPORT_LIMITS.columns)
  readonly index!: number;

  @ApiProperty({
    enum: IMPORT_FIELDS,
    description:
      '`keep` stores the column with the affiliate without sending it anywhere; `slugFromUrl` takes the word out of a referral link.',
    example: 'email',
  })
  @IsIn(IMPORT_FIELDS)
  readonly field!: ImportField;
}
