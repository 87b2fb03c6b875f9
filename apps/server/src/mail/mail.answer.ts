import { ApiProperty } from '@nestjs/swagger';
import { MAIL_STATES, type MailState, type MailView } from '@rekomi/mail';

export class MailAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'ada@example.com' })
  readonly to!: string;

  @ApiProperty({ example: 'You are invited to the Acme affiliate programme' })
  readonly subject!: string;

  @ApiProperty({ description: 'What it is for.', example: 'invite' })
  readonly purpose!: string;

  @ApiProperty({ enum: MAIL_STATES, example: 'sent' })
  readonly state!: MailState;

  @ApiProperty({ type: 'integer', example: 1 })
  readonly attempts!: number;

  @ApiProperty({
    description: 'The same on every attempt, to find it in the mail server’s log.',
    example: '<019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f@acme.example>',
  })
  readonly messageId!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the mail server said last, when it did not take the mail.',
    example: null,
  })
  readonly lastError!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly nextAttemptAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was sent or given up.',
    example: '2026-11-24T09:15:01.000Z',
  })
  readonly settledAt!: string | null;
}

export function mailAnswer(mail: MailView): MailAnswer {
  return {
    ...mail,
    createdAt: mail.createdAt.toISOString(),
    nextAttemptAt: mail.nextAttemptAt?.toISOString() ?? null,
    settledAt: mail.settledAt?.toISOString() ?? null,
  };
}
