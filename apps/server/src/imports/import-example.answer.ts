import { ApiProperty } from '@nestjs/swagger';
import { ROW_OUTCOMES, type RowOutcome } from '@rekomi/programs';

export class ImportExampleAnswer {
  @ApiProperty({ enum: ROW_OUTCOMES, example: 'created' })
  readonly outcome!: RowOutcome;

  @ApiProperty({ type: 'integer', description: 'Of the file, from 1.', example: 2 })
  readonly line!: number;

  @ApiProperty({ description: 'As it stands in the file.', example: 'mira.okafor@example.com' })
  readonly email!: string;
}
