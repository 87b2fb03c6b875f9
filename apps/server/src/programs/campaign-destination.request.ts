import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { PutDestinationRequest } from './put-destination.request.js';

export class CampaignDestinationRequest extends PutDestinationRequest {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  @IsString()
  @MaxLength(100)
  readonly connectionId!: string;
}
