import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
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
  page,
  pageById,
  PageQuery,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { DeliveryReplayService, type DeliveryReplayRefusal, type ReplayRow } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

import { placeAfter } from '../jobs/place-after.js';
import { pageAfterId } from '../programs/page-after-id.js';
import { CreateReplayRequest, readReplayFilter } from './create-replay.request.js';
import { DeliveryReplayAnswer, ReplayItemAnswer } from './delivery-replay.answer.js';
import { ReplayAnswers } from './replay-answers.js';
import { replayRefusal } from './replay-refusal.js';
import { StartReplayRequest } from './start-replay.request.js';

const SAMPLE = 5;

/** Bringing deliveries to connections again. Webhook endpoints have replays of their own. */
@ApiTags('Replays')
@Controller('replays')
export class ReplaysController {
  constructor(
    private readonly replays: DeliveryReplayService,
    private readonly answers: ReplayAnswers,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Post()
  @Audited('replay.created', { counts: ['items'] })
  @ApiOperation({
    summary: 'Write down what a replay would bring',
    description:
      'Counts, words, a sample, and the exact list. Nothing is sent until it is started. Contacts are brought up to date, never back to older data; events keep their ids and their order. A list that nobody starts is forgotten after a day.',
  })
  @ApiCreatedResponse({ type: DeliveryReplayAnswer })
  createReplay(
    @Body() body: CreateReplayRequest,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<DeliveryReplayAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const { organizationId } = call;
      const made = await this.replays.preview(tx, organizationId, {
        filter: readReplayFilter(body.filter),
        rewrite: body.rewrite ?? false,
        createdBy: tenant.actor.label,
      });
      if (!isRow(made)) throw replayRefusal(made, '');
      return { status: 201, body: await this.#whole(tx, organizationId, made) };
    });
  }

  @Get()
  @ApiOperation({
    summary: 'List replays',
    description: 'Newest first. Retries of dead letters are among them.',
  })
  @ApiPage(DeliveryReplayAnswer)
  async listReplays(
    @Query() query: PageQuery,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<Page<DeliveryReplayAnswer>> {
    const rows = await this.tenancy.run(organizationId, (tx) =>
      this.replays.list(tx, organizationId, pageAfterId(query)),
    );
    return mapPage(pageById(rows, query.limit), (row) => this.answers.replay(row));
  }

  @Get(':id')
  @ApiOperation({
    summary: 'Read a replay',
    description: 'Its progress, its rate, and what became of what it brought.',
  })
  @ApiOkResponse({ type: DeliveryReplayAnswer })
  getReplay(
    @ResourceId('replay') id: string,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<DeliveryReplayAnswer> {
    return this.tenancy.run(organizationId, async (tx) => {
      const row = await this.replays.find(tx, organizationId, id);
      if (row === undefined) throw notFound('replay', id);
      return this.#whole(tx, organizationId, row);
    });
  }

  @Get(':id/items')
  @ApiOperation({
    summary: 'List what a replay brings',
    description:
      'In the order in which it is brought, with the delivery that brings each, or why there is none.',
  })
  @ApiPage(ReplayItemAnswer)
  async listReplayItems(
    @ResourceId('replay') id: string,
    @Query() query: PageQuery,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<Page<ReplayItemAnswer>> {
    const after = placeAfter(query);
    const rows = await this.tenancy.run(organizationId, async (tx) => {
      if ((await this.replays.find(tx, organizationId, id)) === undefined) throw notFound('replay', id);
      return this.replays.items(tx, organizationId, id, { limit: query.limit, ...after });
    });
    return mapPage(
      page(rows, query.limit, (row) => [String(row.place)]),
      (row) => this.answers.item(row),
    );
  }

  @Post(':id/start')
  @HttpCode(202)
  @Audited('replay.started', { counts: ['items'] })
  @ApiOperation({
    summary: 'Start a replay, or go on with it',
    description:
      'Runs in the background. One that was cancelled or failed goes on behind the last item that is done: none twice, none left out.',
  })
  @ApiBody({ type: StartReplayRequest, required: false })
  @ApiAcceptedResponse({ type: DeliveryReplayAnswer })
  startReplay(
    @ResourceId('replay') id: string,
    @Body() body: StartReplayRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<DeliveryReplayAnswer> {
    const confirmed = body.confirm === 'all';
    return this.#act(id, call, (tx) => this.replays.start(tx, call.organizationId, id, { confirmed }));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @Audited('replay.cancelled', { counts: ['done', 'items'] })
  @ApiOperation({
    summary: 'Cancel a replay',
    description: 'Stops after the items that are being worked on. What is on its way stays on its way.',
  })
  @ApiAcceptedResponse({ type: DeliveryReplayAnswer })
  cancelReplay(
    @ResourceId('replay') id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<DeliveryReplayAnswer> {
    return this.#act(id, call, (tx) => this.replays.cancel(tx, call.organizationId, id));
  }

  #act(
    id: string,
    call: IdempotentCall,
    act: (tx: EntityManager) => Promise<ReplayRow | DeliveryReplayRefusal>,
  ): Promise<DeliveryReplayAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const row = await act(tx);
      if (!isRow(row)) throw replayRefusal(row, id);
      return { status: 202, body: this.answers.replay(row) };
    });
  }

  async #whole(tx: EntityManager, organizationId: string, row: ReplayRow): Promise<DeliveryReplayAnswer> {
    const items = await this.replays.items(tx, organizationId, row.id, { limit: SAMPLE });
    const results =
      row.started_at === null ? {} : { results: await this.replays.results(tx, organizationId, row) };
    return this.answers.replay(row, { sample: items.slice(0, SAMPLE), ...results });
  }
}

function isRow(result: ReplayRow | DeliveryReplayRefusal): result is ReplayRow {
  return typeof result === 'object' && 'id' in result;
}
