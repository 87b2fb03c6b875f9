import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rekomi/http';
import { RECONCILED_OUTCOMES, type ReconciledOutcome } from '@rekomi/sync';
import { IsIn, IsOptional } from 'class-validator';

export class ReconciliationPeopleQuery extends PageQuery {
  @ApiPropertyOptional({ enum: RECONCILED_OUTCOMES })
  @IsOptional()
  @IsIn(RECONCILED_OUTCOMES)
  readonly outcome?: ReconciledOutcome;
}
