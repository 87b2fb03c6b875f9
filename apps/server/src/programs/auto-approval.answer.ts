import { ApiProperty } from '@nestjs/swagger';

export class AutoApprovalAnswer {
  @ApiProperty({ type: 'integer', description: 'Everybody who waited for a decision.', example: 40 })
  readonly considered!: number;

  @ApiProperty({ type: 'integer', example: 31 })
  readonly approved!: number;

  @ApiProperty({ type: 'integer', example: 9 })
  readonly skipped!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'How many were passed by for each reason; one person may have several.',
    example: { country_unknown: 6, duplicate: 4 },
  })
  readonly reasons!: Readonly<Record<string, number>>;

  @ApiProperty({ example: false })
  readonly dryRun!: boolean;
}
