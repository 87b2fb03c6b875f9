import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';

import { AutoApproveRequest } from './auto-approve.request.js';
import { CampaignDestinationRequest } from './campaign-destination.request.js';
import { IfGiven, IfPresent } from './if-present.js';

export class CreateCampaignRequest {
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Summer Sale 2026' })
  @IsString()
  @MaxLength(200)
  readonly name!: string;

  @ApiPropertyOptional({
    maxLength: 63,
    description: 'Permanent: it stands in links. Made from the name unless given.',
    example: 'summer-sale-2026',
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly slug?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 5000,
    example: 'For bloggers and their readers.',
  })
  @IfGiven()
  @IsString()
  @MaxLength(5000)
  readonly description?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 2000,
    description: 'Link to the terms, https only.',
    example: 'https://example.com/affiliate-terms',
  })
  @IfGiven()
  @IsString()
  @MaxLength(2000)
  readonly termsUrl?: string | null;

  @ApiPropertyOptional({ type: AutoApproveRequest })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => AutoApproveRequest)
  readonly autoApprove?: AutoApproveRequest;

  @ApiPropertyOptional({
    type: [CampaignDestinationRequest],
    maxItems: 50,
    description:
      'Connections that its affiliates go to. Without any, nobody is sent anywhere until one is added.',
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => CampaignDestinationRequest)
  readonly destinations?: readonly CampaignDestinationRequest[];
}
