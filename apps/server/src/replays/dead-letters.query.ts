import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { DEAD_STATES, type DeadLetterFilter } from '@rekomi/sync';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';

export class DeadLettersQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only those of this connection.' })
  @IsOptional()
  @IsUUID()
  readonly connection?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only those of this affiliate.' })
  @IsOptional()
  @IsUUID()
  readonly affiliate?: string;

  @ApiPropertyOptional({ enum: DEAD_STATES })
  @IsOptional()
  @IsIn(DEAD_STATES)
  readonly state?: (typeof DEAD_STATES)[number];

  @ApiPropertyOptional({ enum: ['contact', 'event'] })
  @IsOptional()
  @IsIn(['contact', 'event'])
  readonly kind?: 'contact' | 'event';

  @ApiPropertyOptional({ description: 'Name of the event.', example: 'commission_earned' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  readonly event?: string;

  @ApiPropertyOptional({ description: 'Error code.', example: 'email_invalid' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly code?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description:
      'True: those that somebody discarded, with the note, in place of those that are still to be seen to.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly discarded?: 'true' | 'false';

  filter(): DeadLetterFilter {
    return {
      discarded: this.discarded === 'true',
      ...(this.connection === undefined ? {} : { connectionId: this.connection }),
      ...(this.affiliate === undefined ? {} : { contactId: this.affiliate }),
      ...(this.state === undefined ? {} : { state: this.state }),
      ...(this.kind === undefined ? {} : { kind: this.kind }),
      ...(this.event === undefined ? {} : { eventName: this.event }),
      ...(this.code === undefined ? {} : { code: this.code }),
    };
  }
}
