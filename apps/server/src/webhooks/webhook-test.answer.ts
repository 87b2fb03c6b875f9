import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { CodeAnswer } from '../connections/code.answer.js';

/** What an endpoint did with a test message. */
export class WebhookTestAnswer {
  @ApiProperty({ description: 'The endpoint answered with a 2xx status.' })
  readonly delivered!: boolean;

  @ApiProperty({ description: 'The `webhook-id` of the message.' })
  readonly messageId!: string;

  @ApiProperty({ type: 'integer', example: 120 })
  readonly durationMs!: number;

  @ApiPropertyOptional({ type: CodeAnswer })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional({ example: 'The endpoint answered 500.' })
  readonly detail?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The request and the answer, secrets masked. Absent when nothing could be sent.',
    example: { method: 'POST', url: 'https://hooks.example.com/rekomi', status: 204, responseBody: '' },
  })
  readonly exchange?: unknown;
}
