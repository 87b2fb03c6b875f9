import { ApiProperty } from '@nestjs/swagger';

import type { ApplicationPageView } from './application-pages.js';
import { thanksOf } from './thanks.js';

/** The same for everybody, whether the address was known or not. */
export class SubmittedApplicationAnswer {
  @ApiProperty({ enum: ['received'], example: 'received' })
  readonly status!: 'received';

  @ApiProperty({ description: 'To show.', example: 'Thank you' })
  readonly title!: string;

  @ApiProperty({ description: 'To show. Blank lines separate paragraphs.' })
  readonly text!: string;
}

export function submittedApplicationAnswer(view: ApplicationPageView): SubmittedApplicationAnswer {
  const { title, paragraphs } = thanksOf(view);
  return { status: 'received', title, text: paragraphs.join('\n\n') };
}
