import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Something optional that did not make it. */
export class WarningAnswer {
  @ApiProperty({ example: 'field_shortened' })
  readonly code!: string;

  @ApiPropertyOptional({ description: 'The vendor’s name of the field.', example: 'rekomi_tags' })
  readonly field?: string;

  @ApiProperty()
  readonly detail!: string;
}
