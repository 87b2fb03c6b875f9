import { ApiProperty } from '@nestjs/swagger';

import { EnrolmentAnswer } from './enrolment.answer.js';

export class AffiliateAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'Jane+partner@example.com' })
  readonly email!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Jane van Doe' })
  readonly name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Jane' })
  readonly firstName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'van Doe' })
  readonly lastName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'aff_1042' })
  readonly externalId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'ISO 3166-1 alpha-2.', example: 'GB' })
  readonly country!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the person proved that the address is theirs.',
    example: null,
  })
  readonly emailConfirmedAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the affiliate’s links carry.',
    example: 'jane',
  })
  readonly referralSlug!: string | null;

  @ApiProperty({
    type: [String],
    description: 'Further words in links published elsewhere.',
    example: ['jd'],
  })
  readonly linkAliases!: readonly string[];

  @ApiProperty({ type: String, nullable: true, example: 'jane.pay@example.com' })
  readonly paypalEmail!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly wiseEmail!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Columns of an imported file that have no field of their own. Never sent to a connection.',
    example: { visitors: '412' },
  })
  readonly sourceData!: Readonly<Record<string, string>>;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The import that created the affiliate.',
    example: null,
  })
  readonly importId!: string | null;

  @ApiProperty({ format: 'date-time', example: '2024-01-31T00:00:00.000Z' })
  readonly joinedAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T09:15:00.000Z' })
  readonly updatedAt!: string;

  @ApiProperty({ type: [EnrolmentAnswer] })
  readonly enrolments!: readonly EnrolmentAnswer[];
}
