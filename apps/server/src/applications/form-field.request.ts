import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FIELD_TARGETS, FIELD_TYPES, type FieldTarget, type FieldType, MOST_OPTIONS } from '@rekomi/programs';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';

import { IfGiven, IfPresent } from '../programs/if-present.js';
import { FormOptionRequest } from './form-option.request.js';
import { IsBound } from './is-bound.js';

const BOUND = {
  oneOf: [{ type: 'number' }, { type: 'string', format: 'date' }],
  nullable: true,
};

export class FormFieldRequest {
  @ApiProperty({
    description:
      'Name of the field in what is sent: letters, digits and _, beginning with a-z, up to 40. One field must be `email`.',
    pattern: '^[a-z][a-zA-Z0-9_]{0,39}$',
    example: 'audience',
  })
  @IsString()
  @MaxLength(200)
  readonly key!: string;

  @ApiProperty({ enum: FIELD_TYPES, example: 'dropdown' })
  @IsIn(FIELD_TYPES)
  readonly type!: FieldType;

  @ApiProperty({
    description: 'The question; of a consent its exact wording, which is kept as evidence.',
    minLength: 1,
    maxLength: 1900,
    example: 'Where will you tell people about us?',
  })
  @IsString()
  @MaxLength(10_000)
  readonly label!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 500, example: 'Choose the largest one.' })
  @IfGiven()
  @IsString()
  @MaxLength(10_000)
  readonly hint?: string | null;

  @ApiPropertyOptional({ default: false, example: true })
  @IfPresent()
  @IsBoolean()
  readonly required?: boolean;

  @ApiPropertyOptional({
    type: [FormOptionRequest],
    nullable: true,
    maxItems: MOST_OPTIONS,
    description: 'Of dropdown, radio and checkboxes.',
  })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => FormOptionRequest)
  readonly options?: FormOptionRequest[] | null;

  @ApiPropertyOptional({
    ...BOUND,
    description:
      'Least: characters of text and long_text, the value of a number, the day of a date, choices of checkboxes.',
    example: 1,
  })
  @IfGiven()
  @IsBound()
  readonly min?: number | string | null;

  @ApiPropertyOptional({ ...BOUND, description: 'Most; as `min`.', example: 3 })
  @IfGiven()
  @IsBound()
  readonly max?: number | string | null;

  @ApiPropertyOptional({
    enum: FIELD_TARGETS,
    nullable: true,
    description: 'What of the affiliate the answer fills. Null: nothing, it stays an answer.',
    example: null,
  })
  @IfGiven()
  @IsIn(FIELD_TARGETS)
  readonly mapsTo?: FieldTarget | null;
}
