import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LEFT_ALONE, type ImportUndoRow, type UndoItem } from '@rekomi/programs';

import { JobAnswer, jobAnswer } from '../jobs/job.answer.js';

const ACTIONS = ['archived', 'restored', 'left_alone'] as const;
const EFFECTS = ['taken_back', 'brought_up_to_date'] as const;

export class UndoPeopleAnswer {
  @ApiProperty({
    type: 'integer',
    description:
      'Whom the import brought into its campaign and on whom nobody has decided since: archived there.',
  })
  readonly archived!: number;

  @ApiProperty({ type: 'integer', description: 'Known before: what the import changed goes back.' })
  readonly restored!: number;

  @ApiProperty({ type: 'integer', description: 'Decided on or changed since.' })
  readonly leftAlone!: number;
}

export class UndoConnectionAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly label!: string;

  @ApiProperty({ type: 'integer', description: 'People of whom all that we wrote there is taken back.' })
  readonly takenBack!: number;

  @ApiProperty({ type: 'integer', description: 'People who stay there and are written anew.' })
  readonly broughtUpToDate!: number;
}

export class ImportUndoAnswer extends JobAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly importId!: string;

  @ApiProperty({ type: UndoPeopleAnswer, description: 'As it was when the list was written down.' })
  readonly people!: UndoPeopleAnswer;

  @ApiProperty({ type: [UndoConnectionAnswer] })
  readonly connections!: readonly UndoConnectionAnswer[];

  @ApiProperty({
    type: 'integer',
    description:
      'People whom the import changed and of whom it is not on record how they were: an earlier version ran it. They stay as they are.',
  })
  readonly notRecorded!: number;

  @ApiProperty({ description: 'What it comes to, in words.' })
  readonly text!: string;
}

export class UndoLeftAloneAnswer {
  @ApiProperty({ description: '`status`, `tier`, `person`, or the name of a field.', example: 'name' })
  readonly what!: string;

  @ApiProperty({ enum: LEFT_ALONE, example: 'changed_since' })
  readonly why!: string;
}

export class UndoStatusAnswer {
  @ApiProperty({ example: 'approved' })
  readonly from!: string;

  @ApiProperty({ example: 'archived' })
  readonly to!: string;
}

export class UndoTierAnswer {
  @ApiProperty({ type: String, nullable: true, example: 'Gold' })
  readonly from!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly to!: string | null;
}

/** What of ours stands at one connection, and what becomes of it. */
export class UndoCopyAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly connectionId!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly label!: string;

  @ApiProperty({
    enum: EFFECTS,
    description:
      '`taken_back`: all of this goes. `brought_up_to_date`: the person stays there, and what the import changed is written anew.',
  })
  readonly effect!: string;

  @ApiProperty({ type: [String], description: 'The vendor’s names.', example: ['rekomi_status'] })
  readonly fields!: readonly string[];

  @ApiProperty({ type: [String], example: ['Rekomi affiliate'] })
  readonly tags!: readonly string[];

  @ApiProperty({ type: [String], description: 'The vendor’s ids.', example: ['2'] })
  readonly audiences!: readonly string[];
}

export class ImportUndoPersonAnswer {
  @ApiProperty({ type: 'integer', description: 'In the order in which they are undone, from 1.', example: 1 })
  readonly place!: number;

  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'ada@example.com' })
  readonly email!: string | null;

  @ApiProperty({
    type: String,
    enum: ['undone', 'left_alone'],
    nullable: true,
    description: 'Null: not done yet; what is shown is what would happen now.',
  })
  readonly outcome!: string | null;

  @ApiProperty({ enum: ACTIONS })
  readonly action!: string;

  @ApiPropertyOptional({ type: UndoStatusAnswer })
  readonly status?: UndoStatusAnswer;

  @ApiPropertyOptional({ type: UndoTierAnswer })
  readonly tier?: UndoTierAnswer;

  @ApiProperty({ type: [String], description: 'Tags that the import gave and that go.', example: ['vip'] })
  readonly tagsRemoved!: readonly string[];

  @ApiProperty({ type: [String], description: 'Fields that go back to what they were.', example: ['name'] })
  readonly fields!: readonly string[];

  @ApiProperty({ type: [UndoCopyAnswer], description: 'By what we wrote there.' })
  readonly connections!: readonly UndoCopyAnswer[];

  @ApiProperty({ type: [UndoLeftAloneAnswer] })
  readonly leftAlone!: readonly UndoLeftAloneAnswer[];
}

export function importUndoAnswer(row: ImportUndoRow): ImportUndoAnswer {
  const { people, connections, notRecorded, text } = row.preview;
  return { ...jobAnswer(row), importId: row.import_id, people, connections, notRecorded, text };
}

export function undoPersonAnswer({ place, outcome, person }: UndoItem): ImportUndoPersonAnswer {
  return { place, outcome, ...person };
}
