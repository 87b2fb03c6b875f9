import { ApiProperty } from '@nestjs/swagger';

export class ImportNoteAnswer {
  @ApiProperty({ example: 'encoding_guessed' })
  readonly code!: string;

  @ApiProperty({ example: 'The file is not UTF-8; it was read as Windows-1252.' })
  readonly detail!: string;
}
