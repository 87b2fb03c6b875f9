import { ApiProperty } from '@nestjs/swagger';

export const CATEGORIES = [
  'marketing_automation',
  'email',
  'crm',
  'newsletter',
  'messaging',
  'commerce',
] as const;

/** A vendor in the catalogue. */
export class ProviderAnswer {
  @ApiProperty({ example: 'customer-io' })
  readonly slug!: string;

  @ApiProperty({ example: 'Customer.io' })
  readonly name!: string;

  @ApiProperty({ enum: CATEGORIES })
  readonly category!: string;

  @ApiProperty({ example: 'Messaging for people who act.' })
  readonly summary!: string;

  @ApiProperty({ example: 'manual segment', description: 'What the vendor calls an audience.' })
  readonly audienceName!: string;

  @ApiProperty({
    enum: ['native', 'tag', 'attribute', 'none'],
    description: 'How the vendor records events.',
  })
  readonly events!: string;

  @ApiProperty({
    example: '/v1/providers/customer-io/guide',
    description: 'Where the guide for merchants is, in Markdown.',
  })
  readonly guide!: string;
}
