import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  IdempotentWork,
  mapPage,
  type Page,
  pageById,
  PageQuery,
  ResourceId,
} from '@rekomi/http';
import { ApiKeyService, Audited, CurrentTenant, describeEffect, type Tenant } from '@rekomi/identity';

import { ApiKeySecretAnswer, apiKeySecretAnswer } from './api-key-secret.answer.js';
import { ApiKeyAnswer, apiKeyAnswer } from './api-key.answer.js';
import { CreateApiKeyRequest } from './create-api-key.request.js';
import { RotateApiKeyRequest } from './rotate-api-key.request.js';
import { UpdateApiKeyRequest } from './update-api-key.request.js';

@ApiTags('API keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeyService,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Post()
  @Audited('api_key.created', { label: 'name' })
  @ApiOperation({
    summary: 'Create an API key',
    description: 'Its secret is in this answer and nowhere else. Only people who are signed in may do this.',
  })
  @ApiCreatedResponse({ type: ApiKeySecretAnswer })
  createApiKey(
    @Body() body: CreateApiKeyRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<ApiKeySecretAnswer> {
    const { name, environment, scope } = body;
    const expiresAt = body.expiresAt == null ? undefined : new Date(body.expiresAt);
    return this.idempotent.run(call, async (tx) => {
      const created = await this.apiKeys.createIn(tx, call.organizationId, {
        ...{ name: name.trim(), environment, scope },
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
      describeEffect({ details: { scope, environment, expiresAt: expiresAt?.toISOString() ?? null } });
      return apiKeySecretAnswer(201, created);
    });
  }

  @Get()
  @ApiOperation({ summary: 'List API keys', description: 'Oldest first, revoked ones too.' })
  @ApiPage(ApiKeyAnswer)
  async listApiKeys(@Query() query: PageQuery, @CurrentTenant() tenant: Tenant): Promise<Page<ApiKeyAnswer>> {
    const after = query.afterId();
    const rows = await this.apiKeys.list(tenant.organizationId, {
      ...(after === undefined ? {} : { after }),
      limit: query.limit + 1,
    });
    return mapPage(pageById(rows, query.limit), apiKeyAnswer);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read an API key', description: 'All but its secret.' })
  @ApiOkResponse({ type: ApiKeyAnswer })
  async getApiKey(@ResourceId('API key') id: string, @CurrentTenant() tenant: Tenant): Promise<ApiKeyAnswer> {
    return apiKeyAnswer(await this.tenancy.run(tenant.organizationId, (tx) => this.apiKeys.get(tx, id)));
  }

  @Patch(':id')
  @Audited('api_key.renamed', { label: 'name' })
  @ApiOperation({ summary: 'Rename an API key', description: 'Nothing else about a key can change.' })
  @ApiOkResponse({ type: ApiKeyAnswer })
  updateApiKey(
    @ResourceId('API key') id: string,
    @Body() body: UpdateApiKeyRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<ApiKeyAnswer> {
    const name = body.name.trim();
    return this.idempotent.change(tenant.organizationId, async (tx) => {
      const former = await this.apiKeys.get(tx, id);
      describeEffect({ details: { changes: { name: { from: former.name, to: name } } } });
      return apiKeyAnswer(await this.apiKeys.change(tx, id, { name }));
    });
  }

  @Post(':id/rotate')
  @Audited('api_key.rotated', { label: 'name' })
  @ApiOperation({
    summary: 'Rotate an API key',
    description:
      'A new secret for the same key, shown this once. The former one works on for the chosen hours, so that programs can be moved over without a gap.',
  })
  @ApiBody({ type: RotateApiKeyRequest, required: false })
  @ApiOkResponse({ type: ApiKeySecretAnswer })
  rotateApiKey(
    @ResourceId('API key') id: string,
    @Body() body: RotateApiKeyRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<ApiKeySecretAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const rotated = await this.apiKeys.rotate(tx, call.organizationId, id, body.overlapHours);
      const until = rotated.apiKey.formerSecretValidUntil?.toISOString() ?? null;
      describeEffect({ details: { formerSecretValidUntil: until } });
      return apiKeySecretAnswer(200, rotated);
    });
  }

  @Delete(':id')
  @Audited('api_key.revoked', { label: 'name' })
  @ApiOperation({
    summary: 'Revoke an API key',
    description: 'Its secrets are refused from now on. The key stays in the list, and cannot come back.',
  })
  @ApiOkResponse({ type: ApiKeyAnswer })
  revokeApiKey(@ResourceId('API key') id: string, @CurrentTenant() tenant: Tenant): Promise<ApiKeyAnswer> {
    return this.idempotent.change(tenant.organizationId, async (tx) => {
      const former = await this.apiKeys.get(tx, id);
      if (former.revokedAt !== null) describeEffect({ unchanged: true });
      return apiKeyAnswer(await this.apiKeys.revokeIn(tx, id));
    });
  }
}
