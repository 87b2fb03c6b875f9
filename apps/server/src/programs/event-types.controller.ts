import { Body, Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Idempotent, type IdempotentCall, ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { EventTypeService, ProgramWork } from '@rekomi/programs';

import { CreateEventTypeRequest } from './create-event-type.request.js';
import { EventTypeAnswer } from './event-type.answer.js';
import { EventTypesAnswer } from './event-types.answer.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';
import { UpdateEventTypeRequest } from './update-event-type.request.js';

@ApiTags('Events')
@Controller('event-types')
export class EventTypesController {
  constructor(
    private readonly types: EventTypeService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List event types',
    description:
      'What is built in, and your own. Names that nobody declared are taken as well, unless `strict` is asked for.',
  })
  @ApiOkResponse({ type: EventTypesAnswer })
  async listEventTypes(@CurrentTenant() tenant: Tenant): Promise<EventTypesAnswer> {
    return { data: await this.work.run(tenant.organizationId, (unit) => this.types.list(unit)) };
  }

  @Post()
  @Audited('event_type.created')
  @ApiOperation({
    summary: 'Declare an event type',
    description: 'From then on the data of such events must fit its schema.',
  })
  @ApiCreatedResponse({ type: EventTypeAnswer })
  createEventType(
    @Body() body: CreateEventTypeRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<EventTypeAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 201,
      body: valueOf(await this.types.create(unit, body)),
    }));
  }

  @Patch(':id')
  @Audited('event_type.changed')
  @ApiOperation({
    summary: 'Change an event type',
    description: 'Events that are stored are not looked at again.',
  })
  @ApiOkResponse({ type: EventTypeAnswer })
  updateEventType(
    @ResourceId('event type') id: string,
    @Body() body: UpdateEventTypeRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<EventTypeAnswer> {
    return this.calls.change(tenant, (unit) => this.types.change(unit, id, body));
  }

  @Delete(':id')
  @Audited('event_type.removed')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove an event type',
    description: 'Events of this name stay; further ones are taken without a schema.',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  async deleteEventType(
    @ResourceId('event type') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<void> {
    await this.calls.change(tenant, (unit) => this.types.remove(unit, id));
  }
}
