import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { InboundSourceService } from '@rekomi/webhooks';

import { PublicUrl } from '../resources/public-url.js';
import { pageAfterId } from '../programs/page-after-id.js';
import { CreateInboundSourceRequest, RotateInboundSecretRequest } from './inbound-source.request.js';
import {
  CreatedInboundSourceAnswer,
  InboundSourceAnswer,
  inboundSourceAnswer,
  type InboundAddress,
} from './inbound-source.answer.js';
import { refuseForeignSecret } from './inbound-secret.js';

@ApiTags('Inbound')
@Controller('inbound-sources')
export class InboundSourcesController {
  constructor(
    private readonly sources: InboundSourceService,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
    private readonly publicUrl: PublicUrl,
  ) {}

  private readonly addressOf: InboundAddress = (path) => this.publicUrl.url(path);

  @Post()
  @Audited('inbound_source.created', { label: 'name' })
  @ApiOperation({
    summary: 'Let a system send conversions, or Stripe send payouts, with a signature',
    description: 'The secret is shown once. For Stripe paste the secret that Stripe shows for its endpoint.',
  })
  @ApiCreatedResponse({ type: CreatedInboundSourceAnswer })
  createInboundSource(
    @Body() body: CreateInboundSourceRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<CreatedInboundSourceAnswer> {
    refuseForeignSecret(body.kind, body.secret);
    return this.idempotent.run<CreatedInboundSourceAnswer>(call, async (tx) => {
      const { source, secret } = await this.sources.create(tx, call.organizationId, body);
      const answer = inboundSourceAnswer(source, this.addressOf);
      return { status: 201, body: { ...answer, secret }, repeatBody: { ...answer, secret: null } };
    });
  }

  @Get()
  @ApiOperation({ summary: 'List inbound sources', description: 'Newest first, without their secrets.' })
  @ApiPage(InboundSourceAnswer)
  async listInboundSources(
    @Query() query: PageQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<InboundSourceAnswer>> {
    const wanted = pageAfterId(query);
    const rows = await this.tenancy.run(tenant.organizationId, (tx) =>
      this.sources.list(tx, tenant.organizationId, wanted),
    );
    return mapPage(pageById(rows, query.limit), (source) => inboundSourceAnswer(source, this.addressOf));
  }

  @Post(':id/rotate-secret')
  @Audited('inbound_source.secret_rotated')
  @ApiOperation({
    summary: 'Give an inbound source a new secret',
    description:
      'The present one is accepted until the overlap ends, so the sender can change over without a gap.',
  })
  @ApiOkResponse({ type: CreatedInboundSourceAnswer })
  rotateInboundSecret(
    @ResourceId('inbound source') id: string,
    @Body() body: RotateInboundSecretRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<CreatedInboundSourceAnswer> {
    return this.idempotent.run<CreatedInboundSourceAnswer>(call, async (tx) => {
      const rotated = await this.sources.rotate(tx, call.organizationId, id, {
        overlapHours: body.overlapHours ?? 24,
        ...(body.secret === undefined ? {} : { secret: body.secret }),
      });
      if (rotated === undefined) throw notFound('inbound source', id);
      refuseForeignSecret(rotated.source.kind, body.secret);
      const answer = inboundSourceAnswer(rotated.source, this.addressOf);
      return {
        status: 200,
        body: { ...answer, secret: rotated.secret },
        repeatBody: { ...answer, secret: null },
      };
    });
  }

  @Post(':id/revoke')
  @Audited('inbound_source.revoked')
  @ApiOperation({ summary: 'End an inbound source', description: 'Nothing of it is accepted any more.' })
  @ApiOkResponse({ type: InboundSourceAnswer })
  revokeInboundSource(
    @ResourceId('inbound source') id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<InboundSourceAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const source = await this.sources.revoke(tx, call.organizationId, id);
      if (source === undefined) throw notFound('inbound source', id);
      return { status: 200, body: inboundSourceAnswer(source, this.addressOf) };
    });
  }
}
