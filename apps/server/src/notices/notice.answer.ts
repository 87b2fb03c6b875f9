import { ApiProperty } from '@nestjs/swagger';

import { BacklogAnswer } from '../connections/backlog.answer.js';
import { CodeAnswer } from '../connections/code.answer.js';

/** Something that stopped working, told once. */
export class NoticeAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    example: 'connection.auth_error',
    description:
      'Of connections: `connection.auth_error`, `connection.needs_attention`, `connection.audience_missing`, `connection.rate_limited`, `connection.vendor_down`, `connection.unbalanced`, `connection.contacts_refused`. Of webhook endpoints: `webhook_endpoint.failing`, `webhook_endpoint.disabled`.',
  })
  readonly kind!: string;

  @ApiProperty({ format: 'uuid', description: 'The connection or the webhook endpoint.' })
  readonly subjectId!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly subjectLabel!: string;

  @ApiProperty({ type: CodeAnswer, description: 'Cause, what to do, and where more about it stands.' })
  readonly reason!: CodeAnswer | undefined;

  @ApiProperty({
    example:
      'The vendor no longer accepts the credentials of Acme (Customer.io, US). Nothing is sent until that is put right, and nothing is lost.',
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

  @ApiProperty({
    type: BacklogAnswer,
    nullable: true,
    description: 'Contacts (of an endpoint: messages) that wait now. Null once the matter is over.',
  })
  readonly waiting!: BacklogAnswer | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When somebody of the organisation marked it as read.',
  })
  readonly readAt!: string | null;
}
