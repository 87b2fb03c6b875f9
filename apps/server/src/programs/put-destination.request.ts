import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsObject, IsString, ValidateNested } from 'class-validator';

import { AudienceChoiceRequest } from './audience-choice.request.js';
import { IfGiven } from './if-present.js';

/** Null is "reset to default" everywhere. What is absent has its default in a PUT and stays as it is in a PATCH. */
export class PutDestinationRequest {
  @ApiPropertyOptional({ type: Boolean, nullable: true, default: true, example: true })
  @IfGiven()
  @IsBoolean()
  readonly enabled?: boolean | null;

  @ApiPropertyOptional({
    type: AudienceChoiceRequest,
    nullable: true,
    description: 'Default: the connection’s own audience. `{"none": true}`: no audience at all.',
  })
  @IfGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => AudienceChoiceRequest)
  readonly audience?: AudienceChoiceRequest | null;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    description: 'Beside the system tag and the connection’s own. Default: none.',
    maxItems: 50,
    example: ['summer'],
  })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  readonly extraTags?: readonly string[] | null;

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
    description:
      'Attributes that everybody of this campaign gets there: texts of up to 1,000 bytes, numbers, true or false. The vendor’s prefix is added to the names. Replaces all of them; default: none.',
    maxProperties: 50,
    example: { programme: 'Summer Sale', commission_percent: 20 },
  })
  @IfGiven()
  @IsObject()
  readonly extraAttributes?: Readonly<Record<string, unknown>> | null;

  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    default: false,
    description: 'Whether invited people are written there too, with their personal link in an attribute.',
    example: false,
  })
  @IfGiven()
  @IsBoolean()
  readonly inviteLinks?: boolean | null;
}
