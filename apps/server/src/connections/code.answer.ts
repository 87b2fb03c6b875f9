import { ApiProperty } from '@nestjs/swagger';

/** An error code with its text. */
export class CodeAnswer {
  @ApiProperty({ description: 'Stable; decide by it.', example: 'credentials_rejected' })
  readonly code!: string;

  @ApiProperty({ example: 'The vendor does not accept these credentials' })
  readonly title!: string;

  @ApiProperty({ example: 'A key is mistyped, was deleted at the vendor, or belongs to another account.' })
  readonly cause!: string;

  @ApiProperty({ example: 'Copy the keys again from the vendor and verify the connection.' })
  readonly fix!: string;

  @ApiProperty({ enum: ['merchant', 'vendor', 'us'], description: 'Who has to act.' })
  readonly party!: string;

  @ApiProperty({ example: '/problems/credentials_rejected' })
  readonly docsUrl!: string;
}
