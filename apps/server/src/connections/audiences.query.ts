import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

export class AudiencesQuery {
  @ApiPropertyOptional({ description: '`nextCursor` of the previous page. Absent: the first page.' })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  readonly cursor?: string;

  @ApiPropertyOptional({
    enum: ['rule_based'],
    description: 'Further audiences, which cannot be written to: for tiers that follow from one.',
  })
  @IsOptional()
  @IsIn(['rule_based'])
  readonly include?: 'rule_based';
}
