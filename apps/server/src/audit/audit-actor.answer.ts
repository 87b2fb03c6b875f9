import { ApiProperty } from '@nestjs/swagger';
import type { ActorKind } from '@rekomi/identity';

export class AuditActorAnswer {
  @ApiProperty({ enum: ['api_key', 'user', 'system', 'public'], example: 'user' })
  readonly kind!: ActorKind;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f',
  })
  readonly id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Name of the key or address of the person, as it was then.',
    example: 'mara@acme.example',
  })
  readonly label!: string | null;
}
