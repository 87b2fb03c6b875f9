import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES } from '@rekomi/identity';
import { IsIn } from 'class-validator';

export class ChangeRoleRequest {
  @ApiProperty({ enum: ROLES, example: 'manager' })
  @IsIn(ROLES)
  readonly role!: Role;
}
