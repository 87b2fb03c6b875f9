import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, mapPage, notFound, pageById, ResourceId, type Page } from '@rekomi/http';
import { CurrentTenant, type Tenant } from '@rekomi/identity';
import { DeliveryReader } from '@rekomi/sync';

import { AttemptsAnswer } from './attempts.answer.js';
import { DeliveriesQuery } from './deliveries.query.js';
import { DeliveryAnswers } from './delivery-answers.js';
import { DeliveryAnswer } from './delivery.answer.js';

@ApiTags('Deliveries')
@Controller('deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveryReader,
    private readonly answers: DeliveryAnswers,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List deliveries',
    description: 'Open and settled ones in one list, newest first.',
  })
  @ApiPage(DeliveryAnswer)
  async listDeliveries(
    @Query() query: DeliveriesQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<DeliveryAnswer>> {
    const after = query.afterId();
    const rows = await this.deliveries.list(tenant.organizationId, query.filter(), {
      ...(after === undefined ? {} : { after }),
      limit: query.limit + 1,
    });
    return mapPage(pageById(rows, query.limit), (row) => this.answers.delivery(row));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a delivery' })
  @ApiOkResponse({ type: DeliveryAnswer })
  async getDelivery(
    @ResourceId('delivery') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<DeliveryAnswer> {
    const found = await this.deliveries.get(tenant.organizationId, id);
    if (found === undefined) throw notFound('delivery', id);
    return this.answers.delivery(found);
  }

  @Get(':id/attempts')
  @ApiOperation({
    summary: 'Read the attempts at a delivery',
    description: 'Each with what was exchanged with the vendor, secrets masked.',
  })
  @ApiOkResponse({ type: AttemptsAnswer })
  async listAttempts(
    @ResourceId('delivery') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<AttemptsAnswer> {
    const found = await this.deliveries.get(tenant.organizationId, id);
    if (found === undefined) throw notFound('delivery', id);
    const attempts = await this.deliveries.attempts(tenant.organizationId, id);
    return {
      data: attempts.map((attempt) => this.answers.attempt(attempt)),
      ...(found.nextAttemptAt === undefined ? {} : { nextAttemptAt: found.nextAttemptAt }),
    };
  }
}
