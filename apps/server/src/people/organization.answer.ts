import { ApiProperty } from '@nestjs/swagger';
import type { Organization } from '@rekomi/identity';

export class OrganizationAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme' })
  readonly name!: string;

  @ApiProperty({ description: 'Part of public addresses; never changes.', example: 'acme' })
  readonly slug!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;
}

export function organizationAnswer(organization: Organization): OrganizationAnswer {
  const { id, name, slug, createdAt } = organization;
  return { id, name, slug, createdAt: createdAt.toISOString() };
}
