import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PASSWORD_LENGTH } from '@rekomi/identity';
import { IsEmail, IsOptional, IsString, MaxLength } from 'class-validator';

/** With the token alone: the person who is signed in accepts. */
export class AcceptMemberInvitationRequest {
  @ApiProperty({
    description: 'The last part of the link.',
    maxLength: 100,
    example: 'vZ2y7l3bH1kq0mJx5rT8n',
  })
  @IsString()
  @MaxLength(100)
  readonly token!: string;

  @ApiPropertyOptional({
    format: 'email',
    description: 'The address that was invited.',
    maxLength: 254,
    example: 'grace@example.com',
  })
  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  readonly email?: string;

  @ApiPropertyOptional({ description: 'For a new account.', maxLength: 200, example: 'Grace Hopper' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  readonly name?: string;

  @ApiPropertyOptional({
    format: 'password',
    description: 'Of the account with this address, or for a new one.',
    minLength: PASSWORD_LENGTH.least,
    maxLength: PASSWORD_LENGTH.most,
    example: 'four unrelated words here',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  readonly password?: string;
}
