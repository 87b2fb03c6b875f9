import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MOST_FIELDS } from '@rekomi/programs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsObject, ValidateNested } from 'class-validator';

import { IfGiven, IfPresent } from '../programs/if-present.js';
import { FormFieldRequest } from './form-field.request.js';
import { FormTextsRequest } from './form-texts.request.js';

/** The whole form: what is absent has its default. */
export class PutFormRequest {
  @ApiPropertyOptional({ default: true, description: 'Whether the public page takes applications.' })
  @IfPresent()
  @IsBoolean()
  readonly enabled?: boolean;

  @ApiProperty({ type: [FormFieldRequest], minItems: 1, maxItems: MOST_FIELDS })
  @IsArray()
  @ArrayMaxSize(1000)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => FormFieldRequest)
  readonly fields!: FormFieldRequest[];

  @ApiPropertyOptional({ type: FormTextsRequest, nullable: true })
  @IfGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => FormTextsRequest)
  readonly texts?: FormTextsRequest | null;
}
