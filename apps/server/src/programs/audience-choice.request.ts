import { ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsString, MaxLength, ValidateIf } from 'class-validator';

import { IfPresent } from './if-present.js';

/** One audience by the vendor's id, or `none`. */
export class AudienceChoiceRequest {
  @ApiPropertyOptional({ description: 'The vendor’s id.', maxLength: 255, example: '7' })
  @ValidateIf((choice: AudienceChoiceRequest) => choice.none === undefined)
  @IsString()
  @MaxLength(255)
  readonly id?: string;

  @ApiPropertyOptional({ description: 'For people to read.', maxLength: 255, example: 'Affiliates' })
  @IfPresent()
  @IsString()
  @MaxLength(255)
  readonly name?: string;

  @ApiPropertyOptional({
    enum: [true],
    description: 'Instead of an id: no audience, whatever the connection names.',
  })
  @IfPresent()
  @Equals(true)
  readonly none?: true;
}
