import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';

export class SignInRequest {
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.com' })
  @IsEmail()
  @MaxLength(254)
  readonly email!: string;

  @ApiProperty({ format: 'password', maxLength: 1000, example: 'four unrelated words here' })
  @IsString()
  @MaxLength(1000)
  readonly password!: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'To work in, of those you belong to. Absent: the one you joined first.',
    example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f',
  })
  @IsOptional()
  @IsUUID()
  readonly organizationId?: string;
}
