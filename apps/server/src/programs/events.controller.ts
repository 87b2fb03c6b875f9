import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  type Page,
  pageById,
  PageQuery,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { EventService, ProgramWork } from '@rekomi/programs';

import { EventAnswer } from './event.answer.js';
import { pageAfterId } from './page-after-id.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';
import { RecordEventRequest } from './record-event.request.js';
import { RecordedEventAnswer } from './recorded-event.answer.js';

@ApiTags('Events')
@Controller()
export class EventsController {
  constructor(
    private readonly events: EventService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post('events')
  @Audited('event.recorded')
  @ApiOperation({
    summary: 'Record an event',
    description:
      'Stored, and sent to every connection where the affiliate is approved, after the contact itself.',
  })
  @ApiCreatedResponse({ type: RecordedEventAnswer, description: 'Recorded.' })
  @ApiOkResponse({ type: RecordedEventAnswer, description: 'Known already by its external id.' })
  recordEvent(
    @Body() body: RecordEventRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<RecordedEventAnswer> {
    return this.calls.run(call, async (unit) => {
      const { event, created, connectionIds } = valueOf(await this.events.record(unit, body));
      return { status: created ? 201 : 200, body: { ...event, connectionIds } };
    });
  }

  @Get('affiliates/:id/events')
  @ApiOperation({ summary: 'List an affiliate’s events', description: 'Last recorded first.' })
  @ApiPage(EventAnswer)
  async listEvents(
    @ResourceId('affiliate') id: string,
    @Query() query: PageQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<EventAnswer>> {
    const wanted = pageAfterId(query);
    const rows = await this.work.run(tenant.organizationId, (unit) => this.events.list(unit, id, wanted));
    return pageById(valueOf(rows), query.limit);
  }
}
