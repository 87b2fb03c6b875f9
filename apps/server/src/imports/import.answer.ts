import { ApiProperty } from '@nestjs/swagger';
import { IMPORT_STATES, type ImportState } from '@rekomi/programs';

import { ImportColumnAnswer } from './import-column.answer.js';
import { ImportCountsAnswer } from './import-counts.answer.js';
import { ImportDialectAnswer } from './import-dialect.answer.js';
import { ImportMappingAnswer } from './import-mapping.answer.js';
import { ImportNoteAnswer } from './import-note.answer.js';
import { ImportReportAnswer } from './import-report.answer.js';
import { ImportSuggestionAnswer } from './import-suggestion.answer.js';

export class ImportAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'affiliates.csv' })
  readonly fileName!: string;

  @ApiProperty({ type: 'integer', description: 'Bytes.', example: 184_320 })
  readonly size!: number;

  @ApiProperty({
    description: 'SHA-256 of the file, in hexadecimal digits.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  readonly sha256!: string;

  @ApiProperty({ enum: IMPORT_STATES.filter((state) => state !== 'uploading'), example: 'uploaded' })
  readonly state!: Exclude<ImportState, 'uploading'>;

  @ApiProperty({
    type: ImportDialectAnswer,
    description: 'How the file is written, as far as it can be told.',
  })
  readonly dialect!: ImportDialectAnswer;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The platform that the file seems to come from: Rewardful, FirstPromoter, Tapfiliate, PartnerStack, Tolt or Dub.',
    example: 'Rewardful',
  })
  readonly source!: string | null;

  @ApiProperty({ type: [ImportColumnAnswer] })
  readonly columns!: readonly ImportColumnAnswer[];

  @ApiProperty({ type: [ImportNoteAnswer], description: 'What is worth knowing about the file as a whole.' })
  readonly notes!: readonly ImportNoteAnswer[];

  @ApiProperty({
    type: ImportSuggestionAnswer,
    description:
      'What the mapping could say about statuses and dates. Only a suggestion: nothing of it counts until it is sent as the mapping.',
  })
  readonly suggested!: ImportSuggestionAnswer;

  @ApiProperty({ type: ImportMappingAnswer, nullable: true })
  readonly mapping!: ImportMappingAnswer | null;

  @ApiProperty({ type: 'integer', description: 'Rows of the file that are not blank.', example: 1042 })
  readonly rows!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Rows that the present or last pass has done. The counts add up to it.',
    example: 1042,
  })
  readonly done!: number;

  @ApiProperty({ type: 'integer', description: 'Line of the file up to which rows are done.', example: 1043 })
  readonly line!: number;

  @ApiProperty({ type: ImportCountsAnswer, description: 'What became of the rows so far.' })
  readonly counts!: ImportCountsAnswer;

  @ApiProperty({ type: Number, nullable: true, description: 'Rows per second.', example: 9_500 })
  readonly rate!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Seconds that the present pass will still take; null when nothing runs or nobody knows.',
    example: 4,
  })
  readonly secondsLeft!: number | null;

  @ApiProperty({
    type: ImportReportAnswer,
    nullable: true,
    description: 'What the last check found, or the import itself once it is finished.',
  })
  readonly report!: ImportReportAnswer | null;

  @ApiProperty({ type: ImportNoteAnswer, nullable: true, description: 'Why the import failed.' })
  readonly failure!: ImportNoteAnswer | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Who uploaded the file: name of the API key or address of the person.',
    example: 'Import script',
  })
  readonly createdBy!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T09:16:00.000Z' })
  readonly startedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T09:16:30.000Z' })
  readonly endedAt!: string | null;
}
