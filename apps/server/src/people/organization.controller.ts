import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import { IdempotentWork } from '@rekomi/http';
import { Audited, CurrentTenant, OrganizationService, type Tenant } from '@rekomi/identity';

import { OrganizationAnswer, organizationAnswer } from './organization.answer.js';
import { UpdateOrganizationRequest } from './update-organization.request.js';

@ApiTags('People')
@Controller('organization')
export class OrganizationController {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly organizations: OrganizationService,
    private readonly work: IdempotentWork,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Read the organisation that the key or session belongs to' })
  @ApiOkResponse({ type: OrganizationAnswer })
  async getOrganization(@CurrentTenant() { organizationId }: Tenant): Promise<OrganizationAnswer> {
    return organizationAnswer(await this.tenancy.run(organizationId, (tx) => this.organizations.read(tx)));
  }

  @Patch()
  @Audited('organization.renamed', { label: 'name' })
  @ApiOperation({ summary: 'Rename the organisation', description: 'Its slug stays.' })
  @ApiOkResponse({ type: OrganizationAnswer })
  async updateOrganization(
    @CurrentTenant() { organizationId }: Tenant,
    @Body() { name }: UpdateOrganizationRequest,
  ): Promise<OrganizationAnswer> {
    return this.work.change(organizationId, async (tx) =>
      organizationAnswer(await this.organizations.rename(tx, name.trim())),
    );
  }
}
