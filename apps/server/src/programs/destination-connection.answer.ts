import { ApiProperty } from '@nestjs/swagger';

export class DestinationConnectionAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly label!: string;

  @ApiProperty({ example: 'customer-io' })
  readonly provider!: string;

  @ApiProperty({ enum: ['live', 'sandbox'] })
  readonly environment!: 'live' | 'sandbox';

  @ApiProperty({ example: 'verified' })
  readonly state!: string;
}
