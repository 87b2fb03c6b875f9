import { Body, Controller, Delete, Get, HttpCode, Patch, Put, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { DestinationService, ProgramWork } from '@rekomi/programs';
import type { FastifyReply } from 'fastify';

import { destinationInput } from './destination-input.js';
import { DestinationAnswer } from './destination.answer.js';
import { DestinationsAnswer } from './destinations.answer.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';
import { PutDestinationRequest } from './put-destination.request.js';

@ApiTags('Campaigns')
@Controller('campaigns/:id/destinations')
export class DestinationsController {
  constructor(
    private readonly destinations: DestinationService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List a campaign’s destinations',
    description: 'Where its approved affiliates go, with what is inherited from each connection.',
  })
  @ApiOkResponse({ type: DestinationsAnswer })
  async listDestinations(
    @ResourceId('campaign') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<DestinationsAnswer> {
    const list = await this.work.run(tenant.organizationId, (unit) => this.destinations.list(unit, id));
    return { data: valueOf(list) };
  }

  @Get(':connectionId')
  @ApiOperation({ summary: 'Read a destination' })
  @ApiOkResponse({ type: DestinationAnswer })
  async getDestination(
    @ResourceId('campaign') id: string,
    @ResourceId('connection', 'connectionId') connectionId: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<DestinationAnswer> {
    return valueOf(
      await this.work.run(tenant.organizationId, (unit) => this.destinations.get(unit, id, connectionId)),
    );
  }

  @Put(':connectionId')
  @Audited('destination.set', { kind: 'campaign' })
  @ApiOperation({
    summary: 'Send a campaign to a connection',
    description:
      'Creates the destination or replaces it as a whole. Every affiliate who is approved in the campaign is brought up to date there.',
  })
  @ApiOkResponse({ type: DestinationAnswer, description: 'Replaced.' })
  @ApiCreatedResponse({ type: DestinationAnswer, description: 'Created.' })
  async putDestination(
    @ResourceId('campaign') id: string,
    @ResourceId('connection', 'connectionId') connectionId: string,
    @Body() body: PutDestinationRequest,
    @CurrentTenant() tenant: Tenant,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DestinationAnswer> {
    const { destination, created } = await this.calls.change(tenant, (unit) =>
      this.destinations.put(unit, id, connectionId, destinationInput(body)),
    );
    reply.status(created ? 201 : 200);
    return destination;
  }

  @Patch(':connectionId')
  @Audited('destination.changed', { kind: 'campaign' })
  @ApiOperation({
    summary: 'Change what a campaign wants of a connection',
    description:
      'Absent keeps, null resets to the default. Affiliates are brought up to date where it matters.',
  })
  @ApiOkResponse({ type: DestinationAnswer })
  updateDestination(
    @ResourceId('campaign') id: string,
    @ResourceId('connection', 'connectionId') connectionId: string,
    @Body() body: PutDestinationRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<DestinationAnswer> {
    return this.calls.change(tenant, (unit) =>
      this.destinations.patch(unit, id, connectionId, destinationInput(body)),
    );
  }

  @Delete(':connectionId')
  @Audited('destination.removed', { kind: 'campaign' })
  @HttpCode(204)
  @ApiOperation({
    summary: 'Stop sending a campaign to a connection',
    description: 'What was written there because of this campaign alone is taken back; nobody is deleted.',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  async deleteDestination(
    @ResourceId('campaign') id: string,
    @ResourceId('connection', 'connectionId') connectionId: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<void> {
    await this.calls.change(tenant, (unit) => this.destinations.remove(unit, id, connectionId));
  }
}
