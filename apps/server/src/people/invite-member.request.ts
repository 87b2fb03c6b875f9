import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES } from '@rekomi/identity';
import { IsEmail, IsIn, MaxLength } from 'class-validator';

export class InviteMemberRequest {
  @ApiProperty({ format: 'email', maxLength: 254, example: 'grace@example.com' })
  @IsEmail()
  @MaxLength(254)
  readonly email!: string;

  @ApiProperty({ enum: ROLES, description: 'Not above your own.', example: 'manager' })
  @IsIn(ROLES)
  readonly role!: Role;
}
