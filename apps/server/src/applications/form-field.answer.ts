import { ApiProperty } from '@nestjs/swagger';
import { FIELD_TARGETS, FIELD_TYPES, type FieldTarget, type FieldType } from '@rekomi/programs';

import { FormOptionAnswer } from './form-option.answer.js';

const BOUND = { oneOf: [{ type: 'number' }, { type: 'string', format: 'date' }], nullable: true };

export class FormFieldAnswer {
  @ApiProperty({ example: 'audience' })
  readonly key!: string;

  @ApiProperty({ enum: FIELD_TYPES, example: 'dropdown' })
  readonly type!: FieldType;

  @ApiProperty({ example: 'Where will you tell people about us?' })
  readonly label!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly hint!: string | null;

  @ApiProperty({ example: true })
  readonly required!: boolean;

  @ApiProperty({ type: [FormOptionAnswer] })
  readonly options!: readonly FormOptionAnswer[];

  @ApiProperty({ ...BOUND, example: null })
  readonly min!: number | string | null;

  @ApiProperty({ ...BOUND, example: null })
  readonly max!: number | string | null;

  @ApiProperty({ enum: FIELD_TARGETS, nullable: true, example: null })
  readonly mapsTo!: FieldTarget | null;
}
