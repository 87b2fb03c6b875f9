import { ApiProperty } from '@nestjs/swagger';

import { TimelineConnectionAnswer } from './timeline-connection.answer.js';
import { TimelineEntryAnswer } from './timeline-entry.answer.js';

/** What became of one affiliate, connection by connection, and everything that was sent. */
export class TimelineAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({ example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ type: [TimelineConnectionAnswer] })
  readonly connections!: readonly TimelineConnectionAnswer[];

  @ApiProperty({ type: [TimelineEntryAnswer], description: 'Deliveries, newest first.' })
  readonly data!: readonly TimelineEntryAnswer[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly nextCursor!: string | null;

  @ApiProperty()
  readonly hasMore!: boolean;
}
