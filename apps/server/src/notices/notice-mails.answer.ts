import { ApiProperty } from '@nestjs/swagger';

export class NoticeMailsAnswer {
  @ApiProperty({ format: 'uuid', description: 'It is your wish for this organisation.' })
  readonly organizationId!: string;

  @ApiProperty({ description: 'Owners and admins get notices by mail, unless they do not want them.' })
  readonly byMail!: boolean;
}
