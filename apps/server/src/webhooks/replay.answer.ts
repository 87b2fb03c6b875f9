import { ApiProperty } from '@nestjs/swagger';

export class ReplayAnswer {
  @ApiProperty()
  readonly dryRun!: boolean;

  @ApiProperty({ type: 'integer', example: 42 })
  readonly matched!: number;

  @ApiProperty({ type: 'integer', description: 'Messages that are on their way now.', example: 42 })
  readonly replayed!: number;

  @ApiProperty({ type: 'integer', description: 'What the same call again would bring.', example: 0 })
  readonly remaining!: number;
}

export class ReplayedDeliveryAnswer {
  @ApiProperty({ format: 'uuid', description: 'The event, which is the `webhook-id` of the message.' })
  readonly eventId!: string;
}
