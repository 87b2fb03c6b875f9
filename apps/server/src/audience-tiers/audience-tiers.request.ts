import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DEFAULT_REFRESH_HOURS, MOST_AUDIENCE_TIERS, MOST_REFRESH_HOURS } from '@rekomi/programs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';

import { IfGiven } from '../programs/if-present.js';

export class ReadAudienceRequest {
  @ApiProperty({ description: 'The vendor’s id.', maxLength: 255, example: '12' })
  @IsString()
  @MaxLength(255)
  readonly id!: string;
}

export class AudienceTierRequest {
  @ApiProperty({ type: ReadAudienceRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => ReadAudienceRequest)
  readonly audience!: ReadAudienceRequest;

  @ApiProperty({ maxLength: 100, example: 'gold' })
  @IsString()
  readonly tier!: string;
}

export class PutAudienceTiersRequest {
  @ApiProperty({ format: 'uuid', description: 'Whose audiences are read.' })
  @IsString()
  @MaxLength(255)
  readonly connectionId!: string;

  @ApiProperty({
    type: [AudienceTierRequest],
    minItems: 1,
    maxItems: MOST_AUDIENCE_TIERS,
    description: 'The highest tier first: the first audience that a person is in decides.',
  })
  @IsArray()
  @ArrayMaxSize(MOST_AUDIENCE_TIERS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => AudienceTierRequest)
  readonly tiers!: AudienceTierRequest[];

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: MOST_REFRESH_HOURS,
    default: DEFAULT_REFRESH_HOURS,
    description: 'How old what is known of a person may become before the vendor is asked again.',
  })
  @IfGiven()
  @IsInt()
  readonly refreshHours?: number | null;
}
