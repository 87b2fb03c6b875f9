import { ApiProperty } from '@nestjs/swagger';
import { SUPPRESSION_REASONS, type SuppressionReason } from '@rekomi/programs';

export class SuppressionAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ description: 'In lower case.', example: 'jane@example.com' })
  readonly email!: string;

  @ApiProperty({ enum: SUPPRESSION_REASONS, example: 'unsubscribed' })
  readonly reason!: SuppressionReason;

  @ApiProperty({
    description: '`link`: the person followed the link of a mail. `api`: a request.',
    example: 'link',
  })
  readonly source!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly note!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T12:00:00.000Z' })
  readonly at!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  readonly liftedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly liftedReason!: string | null;
}
