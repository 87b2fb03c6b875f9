import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class SlowedDownAnswer {
  @ApiProperty({
    description: 'The group of the vendor’s endpoints, as its limits name it.',
    example: 'track',
  })
  readonly family!: string;

  @ApiProperty({ description: 'Of the usual pace, in per cent.', minimum: 1, maximum: 99, example: 50 })
  readonly percent!: number;

  @ApiPropertyOptional({ description: 'What that comes to.', example: 4.5 })
  readonly requestsPerSecond?: number;

  @ApiProperty({ format: 'date-time', description: 'When the vendor last had enough.' })
  readonly since!: string;

  @ApiProperty({
    example:
      'Slowed down to 4.5 requests a second (50 % of the usual pace), because the vendor answered “too many requests” without saying for how long to wait. The pace comes back by itself.',
  })
  readonly text!: string;
}
