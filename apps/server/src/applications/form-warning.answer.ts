import { ApiProperty } from '@nestjs/swagger';

export class FormWarningAnswer {
  @ApiProperty({ example: 'mail_not_configured' })
  readonly code!: string;

  @ApiProperty({
    example:
      'The campaign approves only people who confirmed their address, and this server has no mail server to ask them with. Set SMTP_URL, or switch the rule off.',
  })
  readonly detail!: string;
}
