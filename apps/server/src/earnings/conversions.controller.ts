import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ApiPage, mapPage, type Page, pageById, PageQuery, ResourceId } from '@rekomi/http';
import { CurrentTenant, type Tenant } from '@rekomi/identity';
import { ConversionService, ProgramWork } from '@rekomi/programs';
import { IsUUID } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';
import { pageAfterId } from '../programs/page-after-id.js';
import { valueOf } from '../programs/program-problems.js';
import { ConversionAnswer, conversionAnswer } from './conversion.answer.js';

export class ConversionsQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IfPresent()
  @IsUUID()
  readonly affiliateId?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IfPresent()
  @IsUUID()
  readonly campaignId?: string;
}

@ApiTags('Commissions')
@Controller('conversions')
export class ConversionsController {
  constructor(
    private readonly conversions: ConversionService,
    private readonly work: ProgramWork,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List conversions with what they earned', description: 'Newest first.' })
  @ApiPage(ConversionAnswer)
  async listConversions(
    @Query() query: ConversionsQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<ConversionAnswer>> {
    const { affiliateId, campaignId } = query;
    const wanted = {
      ...pageAfterId(query),
      ...(affiliateId === undefined ? {} : { affiliateId }),
      ...(campaignId === undefined ? {} : { campaignId }),
    };
    const rows = await this.work.run(tenant.organizationId, (unit) => this.conversions.list(unit, wanted));
    return mapPage(pageById(rows, query.limit), conversionAnswer);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a conversion' })
  @ApiOkResponse({ type: ConversionAnswer })
  async getConversion(
    @ResourceId('conversion') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ConversionAnswer> {
    return conversionAnswer(
      valueOf(await this.work.run(tenant.organizationId, (unit) => this.conversions.get(unit, id))),
    );
  }
}
