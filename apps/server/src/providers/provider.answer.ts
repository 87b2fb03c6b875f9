import { ApiProperty } from '@nestjs/swagger';

/** A vendor in the catalogue. */
export class ProviderAnswer {
  @ApiProperty({ example: 'customer-io' })
  readonly slug!: string;

  @ApiProperty({ example: 'Customer.io' })
  readonly name!: string;

  @ApiProperty({ enum: ['marketing_automation', 'email', 'crm', 'newsletter', 'messaging', 'commerce'] })
  readonly category!: string;

  @ApiProperty({ example: 'Messaging for people who act.' })
  readonly summary!: string;
}
