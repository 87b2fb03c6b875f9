import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  mapPage,
  type Page,
  pageById,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { CampaignService, type NewCampaign, ProgramWork } from '@rekomi/programs';

import { CampaignAnswer, campaignAnswer } from './campaign.answer.js';
import { CampaignsQuery } from './campaigns.query.js';
import { CreateCampaignRequest } from './create-campaign.request.js';
import { destinationInput } from './destination-input.js';
import { pageAfterId } from './page-after-id.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';
import { UpdateCampaignRequest } from './update-campaign.request.js';

@ApiTags('Campaigns')
@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post()
  @Audited('campaign.created', { label: 'name' })
  @ApiOperation({
    summary: 'Create a campaign',
    description: 'The slug stands in links and never changes. Its destinations may be named at once.',
  })
  @ApiCreatedResponse({ type: CampaignAnswer })
  createCampaign(
    @Body() body: CreateCampaignRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<CampaignAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 201,
      body: campaignAnswer(valueOf(await this.campaigns.create(unit, newCampaign(body)))),
    }));
  }

  @Get()
  @ApiOperation({ summary: 'List campaigns', description: 'Newest first.' })
  @ApiPage(CampaignAnswer)
  async listCampaigns(
    @Query() query: CampaignsQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<CampaignAnswer>> {
    const archived = query.archived();
    const wanted = { ...pageAfterId(query), ...(archived === undefined ? {} : { archived }) };
    const rows = await this.work.run(tenant.organizationId, (unit) => this.campaigns.list(unit, wanted));
    return mapPage(pageById(rows, query.limit), campaignAnswer);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a campaign' })
  @ApiOkResponse({ type: CampaignAnswer })
  async getCampaign(
    @ResourceId('campaign') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<CampaignAnswer> {
    return campaignAnswer(
      valueOf(await this.work.run(tenant.organizationId, (unit) => this.campaigns.get(unit, id))),
    );
  }

  @Patch(':id')
  @Audited('campaign.updated', { label: 'name' })
  @ApiOperation({ summary: 'Change a campaign' })
  @ApiOkResponse({ type: CampaignAnswer })
  async updateCampaign(
    @ResourceId('campaign') id: string,
    @Body() body: UpdateCampaignRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<CampaignAnswer> {
    return campaignAnswer(await this.calls.change(tenant, (unit) => this.campaigns.change(unit, id, body)));
  }

  @Post(':id/archive')
  @Audited('campaign.archived', { label: 'name' })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Archive a campaign',
    description: 'No new applications and invitations. Who takes part stays, and so does what was sent.',
  })
  @ApiOkResponse({ type: CampaignAnswer })
  archiveCampaign(
    @ResourceId('campaign') id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<CampaignAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 200,
      body: campaignAnswer(valueOf(await this.campaigns.archive(unit, id))),
    }));
  }

  @Post(':id/restore')
  @Audited('campaign.restored', { label: 'name' })
  @HttpCode(200)
  @ApiOperation({ summary: 'Restore an archived campaign', description: 'People can come in again.' })
  @ApiOkResponse({ type: CampaignAnswer })
  restoreCampaign(
    @ResourceId('campaign') id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<CampaignAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 200,
      body: campaignAnswer(valueOf(await this.campaigns.restore(unit, id))),
    }));
  }
}

function newCampaign({ destinations, ...values }: CreateCampaignRequest): NewCampaign {
  if (destinations === undefined) return values;
  return {
    ...values,
    destinations: destinations.map(({ connectionId, ...wanted }) => ({
      connectionId,
      ...destinationInput(wanted),
    })),
  };
}
