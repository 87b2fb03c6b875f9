import { ApiProperty } from '@nestjs/swagger';

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;

export class ImportDialectAnswer {
  @ApiProperty({ enum: ENCODINGS, example: 'utf-8' })
  readonly encoding!: (typeof ENCODINGS)[number];

  @ApiProperty({ description: 'A comma, a semicolon, a tab or a bar.', example: ',' })
  readonly delimiter!: string;

  @ApiProperty({ description: 'Whether the first row names the columns.', example: true })
  readonly header!: boolean;
}
