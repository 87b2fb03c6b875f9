import { ApiProperty } from '@nestjs/swagger';
import { IMPORT_FIELDS, type ImportField } from '@rekomi/programs';

import { ImportColumnValueAnswer } from './import-column-value.answer.js';

export class ImportColumnAnswer {
  @ApiProperty({ type: 'integer', description: 'Of the column in the file, from 0.', example: 3 })
  readonly index!: number;

  @ApiProperty({ example: 'email' })
  readonly name!: string;

  @ApiProperty({ enum: IMPORT_FIELDS, description: 'As mapped, or as guessed until then.', example: 'email' })
  readonly field!: ImportField;

  @ApiProperty({ type: [String], description: 'The first few values.', example: ['mira.okafor@example.com'] })
  readonly samples!: readonly string[];

  @ApiProperty({
    type: [ImportColumnValueAnswer],
    nullable: true,
    description: 'Every value, when there are 30 at most.',
  })
  readonly values!: readonly ImportColumnValueAnswer[] | null;
}
