import { ApiProperty } from '@nestjs/swagger';

import { FormFieldAnswer } from './form-field.answer.js';
import { FormTextsAnswer } from './form-texts.answer.js';
import { FormWarningAnswer } from './form-warning.answer.js';

export class ApplicationFormAnswer {
  @ApiProperty({
    description:
      'The public page. The same address with `.json` behind it is for sites with a form of their own.',
    example: 'https://crm.example.com/p/acme/summer-sale-2026',
  })
  readonly url!: string;

  @ApiProperty({ description: 'Whether the public page takes applications.', example: true })
  readonly enabled!: boolean;

  @ApiProperty({ description: 'Nobody has changed the form yet.', example: false })
  readonly isDefault!: boolean;

  @ApiProperty({ type: [FormFieldAnswer] })
  readonly fields!: readonly FormFieldAnswer[];

  @ApiProperty({ type: FormTextsAnswer })
  readonly texts!: FormTextsAnswer;

  @ApiProperty({ type: [FormWarningAnswer], description: 'What keeps the page from doing what was chosen.' })
  readonly warnings!: readonly FormWarningAnswer[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T09:15:00.000Z' })
  readonly updatedAt!: string | null;
}
