import { ApiProperty } from '@nestjs/swagger';

/** What became of the deliveries that wait together: those of one person at one connection. */
export class ByHandAnswer {
  @ApiProperty({ format: 'uuid', description: 'The delivery that was named.' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid', description: 'The connection or webhook endpoint.' })
  readonly targetId!: string;

  @ApiProperty({ type: 'integer', description: 'Contact writes that were given up.' })
  readonly discardedContacts!: number;

  @ApiProperty({ type: 'integer', description: 'Events that were given up.' })
  readonly discardedEvents!: number;

  @ApiProperty({ type: 'integer', description: 'Contact writes that go on now.' })
  readonly waitingContacts!: number;

  @ApiProperty({ type: 'integer', description: 'Events that go on now.' })
  readonly waitingEvents!: number;
}
