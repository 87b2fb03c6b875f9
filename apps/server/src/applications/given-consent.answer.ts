import { ApiProperty } from '@nestjs/swagger';

export class GivenConsentAnswer {
  @ApiProperty({ example: 'consent' })
  readonly key!: string;

  @ApiProperty({
    description: 'Word for word as it was shown.',
    example: 'I agree that Acme sends me e-mails.',
  })
  readonly wording!: string;

  @ApiProperty({ example: true })
  readonly given!: boolean;
}
