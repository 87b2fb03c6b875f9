import { ApiProperty } from '@nestjs/swagger';

import { ImportCountsAnswer } from './import-counts.answer.js';
import { ImportExampleAnswer } from './import-example.answer.js';
import { ImportReasonAnswer } from './import-reason.answer.js';

export class ImportReportAnswer {
  @ApiProperty({ type: ImportCountsAnswer })
  readonly counts!: ImportCountsAnswer;

  @ApiProperty({
    type: [ImportReasonAnswer],
    description: 'Refusals and warnings by their code, most first.',
  })
  readonly reasons!: readonly ImportReasonAnswer[];

  @ApiProperty({ type: [ImportExampleAnswer], description: 'The first five rows of each outcome.' })
  readonly examples!: readonly ImportExampleAnswer[];
}
