import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';

export class UpdateNoticeMailsRequest {
  @ApiProperty({ description: 'Whether you want notices of this organisation by mail.', example: false })
  @IsBoolean()
  readonly byMail!: boolean;
}
