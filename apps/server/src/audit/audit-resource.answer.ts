import { ApiProperty } from '@nestjs/swagger';

export class AuditResourceAnswer {
  @ApiProperty({ example: 'campaign' })
  readonly kind!: string;

  @ApiProperty({ type: String, nullable: true, example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Its name, as it was then.', example: 'Summer' })
  readonly label!: string | null;
}
