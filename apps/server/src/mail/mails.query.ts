import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { MAIL_STATES, type MailFilter, type MailState } from '@rekomi/mail';
import { IsIn, IsOptional, Matches } from 'class-validator';

export class MailsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: MAIL_STATES })
  @IsOptional()
  @IsIn(MAIL_STATES)
  readonly state?: MailState;

  @ApiPropertyOptional({ description: 'What they are for.', example: 'invite' })
  @IsOptional()
  @Matches(/^[a-z_]{1,50}$/, { message: 'purpose must be a word like invite or password_reset.' })
  readonly purpose?: string;

  filter(): MailFilter {
    return {
      ...(this.state === undefined ? {} : { state: this.state }),
      ...(this.purpose === undefined ? {} : { purpose: this.purpose }),
    };
  }
}
