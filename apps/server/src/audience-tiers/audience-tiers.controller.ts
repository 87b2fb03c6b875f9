import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  AudienceTiersService,
  type AudienceTiersView,
  ProgramWork,
  readAudienceTiers,
} from '@rekomi/programs';
import { ConnectionService } from '@rekomi/sync';

import { CodeTexts } from '../connections/code-texts.js';
import { valueOf as foundAtVendor } from '../connections/connection-problems.js';
import { ProgramCalls } from '../programs/program-calls.js';
import { valueOf } from '../programs/program-problems.js';
import { AudienceTiersAnswer, CampaignAudienceTiersAnswer } from './audience-tiers.answer.js';
import { PutAudienceTiersRequest } from './audience-tiers.request.js';

@ApiTags('Campaigns')
@Controller('campaigns/:id/audience-tiers')
export class AudienceTiersController {
  constructor(
    private readonly tiers: AudienceTiersService,
    private readonly connections: ConnectionService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
    private readonly texts: CodeTexts,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read which tiers follow from audiences',
    description: 'With how many people were read, how old that is, and what failed last.',
  })
  @ApiOkResponse({ type: CampaignAudienceTiersAnswer })
  async getAudienceTiers(
    @ResourceId('campaign') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<CampaignAudienceTiersAnswer> {
    const view = await this.read(tenant, id);
    return { audienceTiers: view === null ? null : this.answer(view) };
  }

  @Put()
  @Audited('campaign.audience_tiers_set')
  @ApiOperation({
    summary: 'Let tiers follow from audiences',
    description:
      'Whoever is in an audience of the connected tool has its tier, unless a higher one was given by invite, import or API. Rule-based audiences are as good as others. Everybody who is approved is looked at, also when nothing was changed; from then on again when `refreshHours` have passed. The audiences are checked at the vendor.',
  })
  @ApiOkResponse({ type: AudienceTiersAnswer })
  async putAudienceTiers(
    @ResourceId('campaign') id: string,
    @Body() body: PutAudienceTiersRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<AudienceTiersAnswer> {
    const wanted = valueOf(readAudienceTiers(body));
    // Nobody learns of a vendor's audiences by way of a campaign that is not theirs.
    await this.read(tenant, id);
    const { audiences, warnings } = foundAtVendor(
      await this.connections.readableAudiences(
        tenant.organizationId,
        body.connectionId,
        wanted.tiers.map(({ audienceId }, index) => ({
          id: audienceId,
          pointer: `#/tiers/${index}/audience/id`,
        })),
      ),
      body.connectionId,
    );
    const tiers = wanted.tiers.flatMap(({ tier }, index) => {
      const audience = audiences[index];
      return audience === undefined ? [] : [{ audience: { id: audience.id, name: audience.name }, tier }];
    });
    const setting = { connectionId: body.connectionId, tiers, refreshHours: wanted.refreshHours };
    const view = await this.calls.change(tenant, (unit) => this.tiers.put(unit, id, setting));
    return this.answer({ ...view, warnings: [...warnings, ...view.warnings] });
  }

  @Delete()
  @Audited('campaign.audience_tiers_removed')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Let no tier follow from audiences any more',
    description: 'Everybody has the tier again that was given to them, at once.',
  })
  @ApiNoContentResponse({ description: 'Removed, or there was nothing.' })
  async deleteAudienceTiers(
    @ResourceId('campaign') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<void> {
    await this.calls.change(tenant, (unit) => this.tiers.remove(unit, id));
  }

  private async read(tenant: Tenant, id: string): Promise<AudienceTiersView | null> {
    return valueOf(await this.work.run(tenant.organizationId, (unit) => this.tiers.get(unit, id)));
  }

  private answer({ latestFailure, ...view }: AudienceTiersView): AudienceTiersAnswer {
    const reason = this.texts.of(latestFailure?.code);
    return {
      ...view,
      latestFailure: latestFailure === null || reason === undefined ? null : { reason, at: latestFailure.at },
    };
  }
}
