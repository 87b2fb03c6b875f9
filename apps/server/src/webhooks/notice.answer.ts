import { ApiProperty } from '@nestjs/swagger';

import { CodeAnswer } from '../connections/code.answer.js';

/** Something that stopped working, told once. */
export class NoticeAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'webhook_endpoint.disabled' })
  readonly kind!: string;

  @ApiProperty({ format: 'uuid' })
  readonly subjectId!: string;

  @ApiProperty({ example: 'Our data warehouse' })
  readonly subjectLabel!: string;

  @ApiProperty({ type: CodeAnswer })
  readonly reason!: CodeAnswer | undefined;

  @ApiProperty({
    example: 'The webhook endpoint Our data warehouse was disabled. The endpoint answered 410.',
  })
  readonly detail!: string;

  @ApiProperty({ format: 'date-time' })
  readonly occurredAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null while the matter is open.',
  })
  readonly resolvedAt!: string | null;
}
