import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  IdempotentWork,
  mapPage,
  notFound,
  type Page,
  pageById,
  PageQuery,
  problem,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { DeliveryReader } from '@rekomi/sync';
import { EndpointService, MOST_ENDPOINTS } from '@rekomi/webhooks';

import { TotalsAnswer } from '../connections/totals.answer.js';
import { pageAfterId } from '../programs/page-after-id.js';
import { CreateWebhookEndpointRequest } from './create-webhook-endpoint.request.js';
import { EndpointAnswers } from './endpoint-answers.js';
import { EndpointInput } from './endpoint-input.js';
import { RotateWebhookSecretRequest } from './rotate-webhook-secret.request.js';
import { UpdateWebhookEndpointRequest } from './update-webhook-endpoint.request.js';
import { CreatedWebhookEndpointAnswer, WebhookEndpointAnswer } from './webhook-endpoint.answer.js';

const WHAT = 'webhook endpoint';

@ApiTags('Webhooks')
@Controller('webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: EndpointService,
    private readonly deliveries: DeliveryReader,
    private readonly input: EndpointInput,
    private readonly answers: EndpointAnswers,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Post()
  @Audited('webhook_endpoint.created', { label: 'description' })
  @ApiOperation({
    summary: 'Tell a system of yours what happens',
    description:
      'From now on it gets a signed POST for every event it listens to (Standard Webhooks 1.0). The secret is shown once.',
  })
  @ApiCreatedResponse({ type: CreatedWebhookEndpointAnswer })
  createWebhookEndpoint(
    @Body() body: CreateWebhookEndpointRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<CreatedWebhookEndpointAnswer> {
    const wanted = this.input.created(body);
    return this.idempotent.run<CreatedWebhookEndpointAnswer>(call, async (tx) => {
      const created = await this.endpoints.create(tx, call.organizationId, wanted);
      if (created === 'too_many') {
        const detail = `There are ${MOST_ENDPOINTS} endpoints already. Delete one that is not needed any more.`;
        throw problem('state_conflict', { detail });
      }
      const answer = this.answers.endpoint(created.endpoint);
      return {
        status: 201,
        body: { ...answer, secret: created.secret },
        repeatBody: { ...answer, secret: null },
      };
    });
  }

  @Get()
  @ApiOperation({ summary: 'List webhook endpoints', description: 'Newest first, without their secrets.' })
  @ApiPage(WebhookEndpointAnswer)
  async listWebhookEndpoints(
    @Query() query: PageQuery,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<Page<WebhookEndpointAnswer>> {
    const rows = await this.tenancy.run(organizationId, (tx) =>
      this.endpoints.list(tx, organizationId, pageAfterId(query)),
    );
    return mapPage(pageById(rows, query.limit), (endpoint) => this.answers.endpoint(endpoint));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a webhook endpoint' })
  @ApiOkResponse({ type: WebhookEndpointAnswer })
  async getWebhookEndpoint(
    @ResourceId(WHAT) id: string,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<WebhookEndpointAnswer> {
    const endpoint = await this.tenancy.run(organizationId, (tx) =>
      this.endpoints.get(tx, organizationId, id),
    );
    return this.answers.endpoint(found(endpoint, id));
  }

  @Patch(':id')
  @Audited('webhook_endpoint.updated', { label: 'description' })
  @ApiOperation({
    summary: 'Change a webhook endpoint',
    description: 'Messages that wait are sent as the endpoint is by then.',
  })
  @ApiOkResponse({ type: WebhookEndpointAnswer })
  async updateWebhookEndpoint(
    @ResourceId(WHAT) id: string,
    @Body() body: UpdateWebhookEndpointRequest,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<WebhookEndpointAnswer> {
    const change = this.input.changed(body);
    return this.idempotent.change(organizationId, async (tx) =>
      this.answers.endpoint(found(await this.endpoints.update(tx, organizationId, id, change), id)),
    );
  }

  @Delete(':id')
  @Audited('webhook_endpoint.deleted')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a webhook endpoint',
    description: 'What waits is cancelled and its secrets are destroyed. What it was told stays in the log.',
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  async deleteWebhookEndpoint(
    @ResourceId(WHAT) id: string,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<void> {
    await this.idempotent.change(organizationId, async (tx) => {
      if (!(await this.endpoints.delete(tx, organizationId, id))) throw notFound(WHAT, id);
    });
  }

  @Post(':id/rotate-secret')
  @Audited('webhook_endpoint.secret_rotated')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give a webhook endpoint a new secret',
    description:
      'Until the overlap ends every message carries two signatures, so the receiver can change over without a gap.',
  })
  @ApiOkResponse({ type: CreatedWebhookEndpointAnswer })
  rotateWebhookSecret(
    @ResourceId(WHAT) id: string,
    @Body() body: RotateWebhookSecretRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<CreatedWebhookEndpointAnswer> {
    return this.idempotent.run<CreatedWebhookEndpointAnswer>(call, async (tx) => {
      const hours = body.overlapHours ?? 24;
      const rotated = found(await this.endpoints.rotate(tx, call.organizationId, id, hours), id);
      const answer = this.answers.endpoint(rotated.endpoint);
      return {
        status: 200,
        body: { ...answer, secret: rotated.secret },
        repeatBody: { ...answer, secret: null },
      };
    });
  }

  @Get(':id/totals')
  @ApiOperation({
    summary: 'Count messages to a webhook endpoint',
    description: 'By state, and whether they add up.',
  })
  @ApiOkResponse({ type: TotalsAnswer })
  async getWebhookEndpointTotals(
    @ResourceId(WHAT) id: string,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<TotalsAnswer> {
    found(await this.tenancy.run(organizationId, (tx) => this.endpoints.get(tx, organizationId, id)), id);
    return this.deliveries.totals(organizationId, id);
  }
}

function found<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw notFound(WHAT, id);
  return value;
}
