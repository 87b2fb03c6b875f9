import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ResourceId } from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  type EventRules,
  EventRulesService,
  EventTypeService,
  type Inheritable,
  ProgramWork,
  routedName,
} from '@rekomi/programs';

import { EventRulesAnswer } from './event-rules.answer.js';
import { EventRulesRequest } from './event-rules.request.js';
import { InheritedEventRulesAnswer } from './inherited-event-rules.answer.js';
import { ProgramCalls } from './program-calls.js';
import { valueOf } from './program-problems.js';

const FROM_NOW_ON = 'Holds for events from now on; what waits to be sent keeps its name.';

@ApiTags('Events')
@Controller()
export class EventRulesController {
  constructor(
    private readonly rules: EventRulesService,
    private readonly types: EventTypeService,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Get('connections/:id/event-rules')
  @ApiOperation({
    summary: 'Show which events go to a connection',
    description: 'What holds for every campaign that has no rules of its own.',
  })
  @ApiOkResponse({ type: EventRulesAnswer })
  async getConnectionEventRules(
    @ResourceId('connection') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<EventRulesAnswer> {
    const rules = await this.work.run(tenant.organizationId, (unit) => this.rules.ofConnection(unit, id));
    return answer(valueOf(rules), await this.#names(tenant));
  }

  @Put('connections/:id/event-rules')
  @Audited('event_rules.set', { kind: 'connection' })
  @ApiOperation({ summary: 'Choose which events go to a connection', description: FROM_NOW_ON })
  @ApiOkResponse({ type: EventRulesAnswer })
  async putConnectionEventRules(
    @ResourceId('connection') id: string,
    @Body() body: EventRulesRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<EventRulesAnswer> {
    const rules = await this.calls.change(tenant, (unit) => this.rules.setOfConnection(unit, id, body));
    return answer(rules, await this.#names(tenant));
  }

  @Get('campaigns/:id/destinations/:connectionId/event-rules')
  @ApiOperation({ summary: 'Show which of a campaign’s events go to a connection' })
  @ApiOkResponse({ type: InheritedEventRulesAnswer })
  async getDestinationEventRules(
    @ResourceId('campaign') id: string,
    @ResourceId('connection', 'connectionId') connectionId: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<InheritedEventRulesAnswer> {
    const rules = await this.work.run(tenant.organizationId, (unit) =>
      this.rules.ofDestination(unit, id, connectionId),
    );
    return inheritedAnswer(valueOf(rules), await this.#names(tenant));
  }

  @Put('campaigns/:id/destinations/:connectionId/event-rules')
  @Audited('event_rules.set', { kind: 'campaign' })
  @ApiOperation({
    summary: 'Choose which of a campaign’s events go to a connection',
    description: `Instead of the connection’s own rules. ${FROM_NOW_ON}`,
  })
  @ApiOkResponse({ type: InheritedEventRulesAnswer })
  async putDestinationEventRules(
    @ResourceId('campaign') id: string,
    @ResourceId('connection', 'connectionId') connectionId: string,
    @Body() body: EventRulesRequest,
    @CurrentTenant() tenant: Tenant,
  ): Promise<InheritedEventRulesAnswer> {
    const rules = await this.calls.change(tenant, (unit) =>
      this.rules.setOfDestination(unit, id, connectionId, body),
    );
    return inheritedAnswer(rules, await this.#names(tenant));
  }

  @Delete('campaigns/:id/destinations/:connectionId/event-rules')
  @Audited('event_rules.reset', { kind: 'campaign' })
  @ApiOperation({
    summary: 'Reset a campaign’s event rules to the connection’s',
    description: FROM_NOW_ON,
  })
  @ApiOkResponse({ type: InheritedEventRulesAnswer })
  async resetDestinationEventRules(
    @ResourceId('campaign') id: string,
    @ResourceId('connection', 'connectionId') connectionId: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<InheritedEventRulesAnswer> {
    const rules = await this.calls.change(tenant, (unit) =>
      this.rules.setOfDestination(unit, id, connectionId, null),
    );
    return inheritedAnswer(rules, await this.#names(tenant));
  }

  async #names({ organizationId }: Tenant): Promise<readonly string[]> {
    const types = await this.work.run(organizationId, (unit) => this.types.list(unit));
    return types.map(({ name }) => name);
  }
}

/** Events that the rules name and nobody declared count among the catalogue. */
function answer(rules: EventRules, catalogue: readonly string[]): EventRulesAnswer {
  const names = [...new Set([...catalogue, ...rules.chosen, ...Object.keys(rules.names)])];
  return { ...rules, events: names.map((name) => ({ name, sentAs: routedName(rules, name) ?? null })) };
}

function inheritedAnswer(
  { value, source, inherited }: Inheritable<EventRules>,
  catalogue: readonly string[],
): InheritedEventRulesAnswer {
  return { value: answer(value, catalogue), source, inherited: answer(inherited, catalogue) };
}
