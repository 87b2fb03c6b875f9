import { ApiProperty } from '@nestjs/swagger';
import { PASSWORD_LENGTH } from '@rekomi/identity';
import { IsString, MaxLength } from 'class-validator';

export class ChangePasswordRequest {
  @ApiProperty({ format: 'password', maxLength: 1000, example: 'the one you have' })
  @IsString()
  @MaxLength(1000)
  readonly currentPassword!: string;

  @ApiProperty({
    format: 'password',
    minLength: PASSWORD_LENGTH.least,
    maxLength: PASSWORD_LENGTH.most,
    example: 'four unrelated words here',
  })
  @IsString()
  @MaxLength(1000)
  readonly newPassword!: string;
}
