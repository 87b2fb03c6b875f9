import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  decodeCursor,
  encodeCursor,
  Idempotent,
  IdempotentWork,
  ResourceId,
  type IdempotentCall,
  type Page,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { ConnectionService } from '@rekomi/sync';

import { AudienceAnswer } from './audience.answer.js';
import { AudiencesQuery } from './audiences.query.js';
import { valueOf } from './connection-problems.js';
import { CreateAudienceRequest } from './create-audience.request.js';

@ApiTags('Connections')
@Controller('connections/:id/audiences')
export class AudiencesController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List audiences',
    description:
      'Live from the vendor, up to a thousand at once. Audiences that are filled by rules are left out unless they are asked for.',
  })
  @ApiPage(AudienceAnswer)
  async listAudiences(
    @ResourceId('connection') id: string,
    @Query() query: AudiencesQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<AudienceAnswer>> {
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 1)[0];
    const list = valueOf(await this.connections.audiences(tenant.organizationId, id, cursor), id);
    const ruleBased = query.include === 'rule_based' ? list.ruleBased : [];
    return {
      data: [...list.audiences, ...ruleBased.map((audience) => ({ ...audience, ruleBased: true as const }))],
      hasMore: list.nextCursor !== undefined,
      nextCursor: list.nextCursor === undefined ? null : encodeCursor([list.nextCursor]),
    };
  }

  @Post()
  @Audited('audience.created', { kind: 'connection' })
  @ApiOperation({ summary: 'Create an audience', description: 'At the vendor, where its API can.' })
  @ApiCreatedResponse({ type: AudienceAnswer })
  async createAudience(
    @ResourceId('connection') id: string,
    @Body() body: CreateAudienceRequest,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<AudienceAnswer> {
    return this.idempotent.runPrepared(
      call,
      async () => {
        const request = {
          organizationId: tenant.organizationId,
          connectionId: id,
          ...(call.key === undefined ? {} : { requestId: `${call.callerId} ${call.key}` }),
        };
        return valueOf(await this.connections.createAudience(request, body.name), id);
      },
      async (_tx, audience) => ({ status: 201, body: audience }),
    );
  }
}
