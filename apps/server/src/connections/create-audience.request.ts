import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

export class CreateAudienceRequest {
  @ApiProperty({ maxLength: 200, example: 'Rekomi affiliates' })
  @IsString()
  @MaxLength(200)
  readonly name!: string;
}
