import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';

import { VerifyConnectionRequest } from './verify-connection.request.js';

export class CreateConnectionRequest extends VerifyConnectionRequest {
  @ApiPropertyOptional({
    description: 'Absent: named after the verified account.',
    maxLength: 200,
    example: 'Acme (Customer.io, US)',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  readonly label?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'By the names of the provider’s settings; absent ones have their default.',
    example: { requestsPerSecond: 100 },
  })
  @IsOptional()
  @IsObject()
  readonly settings?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({
    description: 'The vendor’s id of the audience that campaigns inherit.',
    example: '7',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  readonly defaultAudience?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Tags for everyone who is sent here.',
    example: ['partner'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  readonly defaultTags?: readonly string[];
}
