import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import type { NoticeFilter } from '@rekomi/identity';
import { IsIn, IsOptional } from 'class-validator';

export class NoticesQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: '`true`: only those whose matter is open; `false`: only those that are over.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly open?: 'true' | 'false';

  filter(): NoticeFilter {
    return this.open === undefined ? {} : { open: this.open === 'true' };
  }
}
