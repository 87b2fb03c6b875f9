import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';

/** What one row may have. Rows are read one by one, so that a bad one does not stop the others. */
@ApiSchema({ name: 'InvitedPerson' })
export class InvitedPersonRequest {
  @ApiProperty({ example: 'jane@example.com' })
  readonly email!: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Jane' })
  readonly firstName?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'van Doe' })
  readonly lastName?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'First and last name in one, instead of the two.',
    example: 'Jane van Doe',
  })
  readonly name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'gold' })
  readonly tier?: string | null;

  @ApiPropertyOptional({ type: [String], nullable: true, example: ['blog'] })
  readonly tags?: readonly string[] | null;
}
