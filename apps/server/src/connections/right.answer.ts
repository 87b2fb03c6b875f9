import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Something that the credentials allow, or do not. */
export class RightAnswer {
  @ApiProperty({ example: 'audiences' })
  readonly name!: string;

  @ApiProperty()
  readonly granted!: boolean;

  @ApiPropertyOptional({ description: 'What is lost without it, and what would grant it.' })
  readonly detail?: string;
}
