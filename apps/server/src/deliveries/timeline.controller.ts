import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { mapPage, notFound, pageById, PageQuery, ResourceId } from '@rekomi/http';
import { CurrentTenant, type Tenant } from '@rekomi/identity';
import { TimelineReader } from '@rekomi/sync';

import { DeliveryAnswers } from './delivery-answers.js';
import { TimelineAnswer } from './timeline.answer.js';

@ApiTags('Affiliates')
@Controller('affiliates/:id/timeline')
export class TimelineController {
  constructor(
    private readonly timelines: TimelineReader,
    private readonly answers: DeliveryAnswers,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read the timeline of an affiliate',
    description:
      'Says for every connection whether the person is there and why, then lists what was sent, newest first.',
  })
  @ApiOkResponse({ type: TimelineAnswer })
  async getAffiliateTimeline(
    @ResourceId('affiliate') id: string,
    @Query() query: PageQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<TimelineAnswer> {
    const after = query.afterId();
    const timeline = await this.timelines.read(tenant.organizationId, id, {
      ...(after === undefined ? {} : { after }),
      limit: query.limit + 1,
    });
    if (timeline === undefined) throw notFound('affiliate', id);
    return {
      affiliateId: id,
      email: timeline.email,
      connections: timeline.connections.map((one) => this.answers.person(one)),
      ...mapPage(pageById(timeline.deliveries, query.limit), (entry) => this.answers.entry(entry)),
    };
  }
}
