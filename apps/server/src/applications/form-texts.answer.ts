import { ApiProperty } from '@nestjs/swagger';

export class FormTextsAnswer {
  @ApiProperty({ type: String, nullable: true, example: 'Tell us a little about yourself.' })
  readonly intro!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly submitLabel!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly thanksTitle!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly thanksText!: string | null;
}
