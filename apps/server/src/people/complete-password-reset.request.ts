import { ApiProperty } from '@nestjs/swagger';
import { PASSWORD_LENGTH } from '@rekomi/identity';
import { IsString, MaxLength } from 'class-validator';

export class CompletePasswordResetRequest {
  @ApiProperty({
    description: 'The last part of the link.',
    maxLength: 100,
    example: 'vZ2y7l3bH1kq0mJx5rT8n',
  })
  @IsString()
  @MaxLength(100)
  readonly token!: string;

  @ApiProperty({
    format: 'password',
    minLength: PASSWORD_LENGTH.least,
    maxLength: PASSWORD_LENGTH.most,
    example: 'four unrelated words here',
  })
  @IsString()
  @MaxLength(1000)
  readonly password!: string;
}
