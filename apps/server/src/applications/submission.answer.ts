import { ApiProperty } from '@nestjs/swagger';

import { AnswerAnswer } from './answer.answer.js';
import { GivenConsentAnswer } from './given-consent.answer.js';

export class SubmissionAnswer {
  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly submittedAt!: string;

  @ApiProperty({ type: [AnswerAnswer] })
  readonly answers!: readonly AnswerAnswer[];

  @ApiProperty({ type: [GivenConsentAnswer] })
  readonly consents!: readonly GivenConsentAnswer[];

  @ApiProperty({ type: String, nullable: true, example: 'https://www.example.com/terms' })
  readonly termsUrl!: string | null;

  @ApiProperty({ description: 'Address of the page.', example: 'https://crm.example.com/p/acme/summer' })
  readonly source!: string;
}
