import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class PreviewedRequestAnswer {
  @ApiProperty({
    description:
      'False: it could change something, so it is shown and was not made. True: it only asks, and was made, so that what comes after it is right.',
  })
  readonly made!: boolean;

  @ApiProperty({ example: 'PUT' })
  readonly method!: string;

  @ApiProperty({ example: 'https://track.customer.io/api/v1/customers/ada%40example.com' })
  readonly url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Names in lower case, secrets masked.',
  })
  readonly headers!: Readonly<Record<string, string>>;

  @ApiPropertyOptional({ description: 'The first 16,384 characters, secrets masked.' })
  readonly body?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'The vendor’s answer to a request that was made.' })
  readonly status?: number;
}
