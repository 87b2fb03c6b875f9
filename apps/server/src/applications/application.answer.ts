import { ApiProperty } from '@nestjs/swagger';

import { ApplicationSummaryAnswer } from './application-summary.answer.js';
import { GivenConsentAnswer } from './given-consent.answer.js';
import { SubmissionAnswer } from './submission.answer.js';

export class ApplicationAnswer extends ApplicationSummaryAnswer {
  @ApiProperty({ type: [GivenConsentAnswer] })
  readonly consents!: readonly GivenConsentAnswer[];

  @ApiProperty({ type: String, nullable: true, example: 'https://www.example.com/terms' })
  readonly termsUrl!: string | null;

  @ApiProperty({ description: 'Address of the page.', example: 'https://crm.example.com/p/acme/summer' })
  readonly source!: string;

  @ApiProperty({
    type: [SubmissionAnswer],
    description:
      'What else was sent for this address: replaced, or too late to change anything. Newest first.',
  })
  readonly furtherSubmissions!: readonly SubmissionAnswer[];
}
