import { ApiProperty } from '@nestjs/swagger';

export class PasswordResetRequestedAnswer {
  @ApiProperty({ description: 'Does this installation send mail at all?', example: true })
  readonly mails!: boolean;

  @ApiProperty({
    description: 'The same whether or not there is an account.',
    example: 'If there is an account with this address, a link is on its way. It can be used for 30 minutes.',
  })
  readonly detail!: string;
}
