import { ApiProperty } from '@nestjs/swagger';

/** Where a delivery goes. */
export class DeliveryTargetAnswer {
  @ApiProperty({ enum: ['connection', 'webhook_endpoint'], example: 'connection' })
  readonly kind!: 'connection' | 'webhook_endpoint';

  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly label!: string;
}
