import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  type Answer,
  Idempotent,
  type IdempotentCall,
  type Page,
  pageById,
  PageQuery,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  eventProblem,
  type EventOutcome,
  EventReader,
  EventService,
  type NewEvent,
  ProgramWork,
} from '@rekomi/programs';

import { DeliveryAnswers } from '../deliveries/delivery-answers.js';
import { eventInput } from './event-input.js';
import { EventAnswer } from './event.answer.js';
import { EventDeliveries } from './event-deliveries.js';
import { EventDetailAnswer } from './event-detail.answer.js';
import { eventOutcomes } from './event-outcomes.js';
import { EventOutcomesAnswer } from './event-outcomes.answer.js';
import { EventsQuery } from './events.query.js';
import { pageAfterId } from './page-after-id.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';
import { RecordEventRequest } from './record-event.request.js';
import { RecordEventsRequest } from './record-events.request.js';
import { RecordedEventAnswer } from './recorded-event.answer.js';

const SENT =
  'Sent to every connection where the affiliate is approved at this moment and the event rules let it through, after the contact itself. What is recorded earlier than the approval is kept and not sent later.';

@ApiTags('Events')
@Controller()
export class EventsController {
  constructor(
    private readonly events: EventService,
    private readonly reader: EventReader,
    private readonly deliveries: EventDeliveries,
    private readonly answers: DeliveryAnswers,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post('events')
  @Audited('event.recorded')
  @ApiOperation({ summary: 'Record an event', description: SENT })
  @ApiCreatedResponse({ type: RecordedEventAnswer, description: 'Recorded.' })
  @ApiOkResponse({ type: RecordedEventAnswer, description: 'Known already by its external id.' })
  recordEvent(
    @Body() body: RecordEventRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<RecordedEventAnswer> {
    const input = eventInput(body);
    return this.calls.run(call, async (unit) => {
      const [outcome] = await this.events.take(unit, {
        events: [input],
        strict: body.strict === true,
        pointer: () => '#',
      });
      return recorded(outcome, input);
    });
  }

  @Post('events/bulk')
  @Audited('event.recorded', { counts: ['accepted', 'stored', 'duplicate', 'invalid', 'affiliateNotFound'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Record up to 1,000 events',
    description: `One result per row; a bad row does not stop others. ${SENT} Per affiliate the order of the rows is the order of sending.`,
  })
  @ApiOkResponse({ type: EventOutcomesAnswer })
  recordEvents(
    @Body() body: RecordEventsRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<EventOutcomesAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 200,
      body: eventOutcomes(
        await this.events.take(unit, {
          events: body.events.map(eventInput),
          strict: body.strict === true,
        }),
      ),
    }));
  }

  @Get('events')
  @ApiOperation({ summary: 'List events', description: 'Last received first.' })
  @ApiPage(EventAnswer)
  async listAllEvents(
    @Query() query: EventsQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<EventAnswer>> {
    const { name, affiliateId, campaign, occurredFrom, occurredTo } = query;
    const wanted = {
      ...pageAfterId(query),
      ...(name === undefined ? {} : { name }),
      ...(affiliateId === undefined ? {} : { affiliateId }),
      ...(campaign === undefined ? {} : { campaign }),
      ...(occurredFrom === undefined ? {} : { occurredFrom }),
      ...(occurredTo === undefined ? {} : { occurredTo }),
    };
    const rows = await this.work.run(tenant.organizationId, (unit) => this.reader.list(unit, wanted));
    return pageById(valueOf(rows), query.limit);
  }

  @Get('events/:id')
  @ApiOperation({ summary: 'Show an event', description: 'With the deliveries that it led to.' })
  @ApiOkResponse({ type: EventDetailAnswer })
  async getEvent(
    @ResourceId('event') id: string,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<EventDetailAnswer> {
    const event = valueOf(await this.work.run(organizationId, (unit) => this.reader.get(unit, id)));
    const deliveries = await this.deliveries.of(organizationId, event);
    return { ...event, deliveries: deliveries.map((delivery) => this.answers.delivery(delivery)) };
  }

  @Get('affiliates/:id/events')
  @ApiOperation({ summary: 'List an affiliate’s events', description: 'Last received first.' })
  @ApiPage(EventAnswer)
  async listEvents(
    @ResourceId('affiliate') id: string,
    @Query() query: PageQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<EventAnswer>> {
    const wanted = pageAfterId(query);
    const rows = await this.work.run(tenant.organizationId, (unit) =>
      this.reader.ofAffiliate(unit, id, wanted),
    );
    return pageById(valueOf(rows), query.limit);
  }
}

function recorded(outcome: EventOutcome | undefined, input: NewEvent): Answer<RecordedEventAnswer> {
  if (outcome === undefined) throw new Error('One event gave no outcome.');
  switch (outcome.outcome) {
    case 'accepted':
    case 'stored': {
      const { event, connectionIds, reason, warnings } = outcome;
      const notSent = reason === undefined ? {} : { notSent: reason };
      return { status: 201, body: { ...event, connectionIds, ...notSent, warnings } };
    }
    case 'duplicate':
      return { status: 200, body: { ...outcome.event, connectionIds: [], warnings: [] } };
    default:
      return valueOf({ ok: false, problem: eventProblem(outcome.errors, input) });
  }
}
