import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import type { AuditFilter } from '@rekomi/identity';
import {
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';

const OUTCOMES = ['done', 'refused'];
const MOMENT = {
  message: '$property must be a date or a date and time: 2026-11-24 or 2026-11-24T09:00:00Z.',
};

export class AuditEntriesQuery extends PageQuery {
  @ApiPropertyOptional({
    description: '`campaign.created`, or `campaign` for everything done to campaigns.',
    example: 'campaign.created',
  })
  @IsOptional()
  @Matches(/^[a-z_]+(\.[a-z_]+)?$/, {
    message: 'action must be an action like campaign.created, or its first word.',
  })
  @MaxLength(100)
  readonly action?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Id of the API key or person that did it.' })
  @IsOptional()
  @IsUUID()
  readonly actor?: string;

  @ApiPropertyOptional({
    description: 'Kind or id of what it was done to.',
    example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  readonly resource?: string;

  @ApiPropertyOptional({ enum: OUTCOMES })
  @IsOptional()
  @IsIn(OUTCOMES)
  readonly outcome?: 'done' | 'refused';

  @ApiPropertyOptional({
    description: 'Part of a name, address, action, id, IP address or request id, in any letter case.',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  readonly q?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only entries from then on.' })
  @IsOptional()
  @IsISO8601({ strict: true }, MOMENT)
  readonly from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only entries before then.' })
  @IsOptional()
  @IsISO8601({ strict: true }, MOMENT)
  readonly to?: string;

  filter(): AuditFilter {
    const { resource } = this;
    const byKind = resource !== undefined && /^[a-z_]+$/.test(resource);
    return {
      ...(this.action === undefined ? {} : { action: this.action }),
      ...(this.actor === undefined ? {} : { actorId: this.actor }),
      ...(resource === undefined ? {} : byKind ? { resourceKind: resource } : { resourceId: resource }),
      ...(this.outcome === undefined ? {} : { outcome: this.outcome }),
      ...(this.q === undefined ? {} : { text: this.q }),
      ...(this.from === undefined ? {} : { from: new Date(this.from) }),
      ...(this.to === undefined ? {} : { to: new Date(this.to) }),
    };
  }
}
