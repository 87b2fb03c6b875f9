import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES } from '@rekomi/identity';

export class OrganizationChoiceAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme' })
  readonly name!: string;

  @ApiProperty({ example: 'acme' })
  readonly slug!: string;

  @ApiProperty({ enum: ROLES, description: 'Yours in it.', example: 'manager' })
  readonly role!: Role;
}
