import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import type { NoticeFilter } from '@rekomi/identity';
import { IsIn, IsOptional, IsUUID } from 'class-validator';

export class NoticesQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: '`true`: only those whose matter is open; `false`: only those that are over.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly open?: 'true' | 'false';

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: '`false`: only those that nobody marked as read; `true`: only the others.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly read?: 'true' | 'false';

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Only those of this connection or webhook endpoint.',
  })
  @IsOptional()
  @IsUUID()
  readonly subject?: string;

  filter(): NoticeFilter {
    return {
      ...(this.open === undefined ? {} : { open: this.open === 'true' }),
      ...(this.read === undefined ? {} : { read: this.read === 'true' }),
      ...(this.subject === undefined ? {} : { subjectId: this.subject }),
    };
  }
}
