import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';

export class UpdateApiKeyRequest {
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Checkout server' })
  @IsString()
  @Matches(/\S/, { message: 'name must say something. Send what uses the key.' })
  @MaxLength(200)
  readonly name!: string;
}
