import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { CodeAnswer } from '../connections/code.answer.js';
import { PreviewedPersonAnswer } from './previewed-person.answer.js';

export class PreviewCountsAnswer {
  @ApiProperty({ type: 'integer', description: 'Nothing of ours is there.', example: 480 })
  readonly new!: number;

  @ApiProperty({ type: 'integer', description: 'There, and not as it was last written.', example: 12 })
  readonly changed!: number;

  @ApiProperty({ type: 'integer', description: 'There, as it was last written.', example: 5 })
  readonly unchanged!: number;

  @ApiProperty({ type: 'integer', description: 'There, and no longer meant to be.', example: 0 })
  readonly takenBack!: number;

  @ApiProperty({ type: 'integer', description: 'Not there: refused the last time.', example: 3 })
  readonly refused!: number;

  @ApiProperty({ type: 'integer', description: 'Left out by the first sync.', example: 0 })
  readonly leftOut!: number;
}

export class PreviewRefusalAnswer {
  @ApiProperty({ type: 'integer', example: 3 })
  readonly people!: number;

  @ApiProperty({ type: CodeAnswer })
  readonly reason!: CodeAnswer;
}

export class PreviewShareAnswer {
  @ApiProperty({ type: 'integer', example: 17 })
  readonly people!: number;

  @ApiProperty({ type: 'integer', description: 'Out of so many.', example: 17 })
  readonly of!: number;
}

export class PreviewCheckAnswer extends PreviewShareAnswer {
  @ApiProperty({ type: [PreviewRefusalAnswer] })
  readonly refused!: readonly PreviewRefusalAnswer[];
}

export class PreviewAnswer {
  @ApiProperty({ type: [PreviewedPersonAnswer], description: 'Five people at the most.' })
  readonly people!: readonly PreviewedPersonAnswer[];

  @ApiProperty({
    type: PreviewCountsAnswer,
    description: 'Everybody, each person once. Destinations that are switched off count as if they were on.',
  })
  readonly counts!: PreviewCountsAnswer;

  @ApiProperty({
    type: PreviewShareAnswer,
    description:
      'Of those who are there, how many were compared with what was last written. If not all of them, `changed` and `unchanged` are projected; all other counts are exact.',
  })
  readonly compared!: PreviewShareAnswer;

  @ApiProperty({ type: [PreviewRefusalAnswer], description: 'Why people were refused the last time.' })
  readonly refusals!: readonly PreviewRefusalAnswer[];

  @ApiProperty({
    type: PreviewCheckAnswer,
    description:
      'Of those who are new, a sample held against the rules that need no vendor (published limits, consent). What only the vendor can refuse is not among them.',
  })
  readonly checked!: PreviewCheckAnswer;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Where at least so many people are due at once, bulk calls carry the same contents.',
    example: 10,
  })
  readonly bulkFrom?: number;
}
