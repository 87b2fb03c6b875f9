import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

export class AudiencesQuery {
  @ApiPropertyOptional({ description: '`nextCursor` of the previous page. Absent: the first page.' })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  readonly cursor?: string;
}
