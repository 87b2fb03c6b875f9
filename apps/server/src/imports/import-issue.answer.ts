import { ApiProperty } from '@nestjs/swagger';

export class ImportIssueAnswer {
  @ApiProperty({ type: 'integer', description: 'Where the row begins in the file, from 1.', example: 17 })
  readonly line!: number;

  @ApiProperty({ enum: ['refused', 'warning'], example: 'refused' })
  readonly severity!: 'refused' | 'warning';

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null when it is about the row.',
    example: 'email',
  })
  readonly column!: string | null;

  @ApiProperty({ example: 'email_domain' })
  readonly code!: string;

  @ApiProperty({ example: 'The part after the @ is not the name of a domain.' })
  readonly reason!: string;
}
