import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsObject, IsString, ValidateNested } from 'class-validator';

import { AudienceChoiceRequest } from './audience-choice.request.js';
import { IfGiven, IfPresent } from './if-present.js';

/** The whole destination: what is absent has its default. */
export class PutDestinationRequest {
  @ApiPropertyOptional({ default: true, example: true })
  @IfPresent()
  @IsBoolean()
  readonly enabled?: boolean;

  @ApiPropertyOptional({
    type: AudienceChoiceRequest,
    nullable: true,
    description: 'Null or absent: the connection’s own audience.',
  })
  @IfGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => AudienceChoiceRequest)
  readonly audience?: AudienceChoiceRequest | null;

  @ApiPropertyOptional({
    type: [String],
    description: 'Beside the system tag and the connection’s own.',
    maxItems: 50,
    example: ['summer'],
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  readonly extraTags?: readonly string[];
}
