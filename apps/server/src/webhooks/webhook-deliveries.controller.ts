import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
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
  problem,
  ProblemException,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import { DeliveryReader, SyncOutbox } from '@rekomi/sync';
import { EndpointService, MOST_REPLAYED, ReplayService, type ReplayRefusal } from '@rekomi/webhooks';
import { isUUID } from 'class-validator';

import { DeliveryAnswers } from '../deliveries/delivery-answers.js';
import { DeliveryAnswer } from '../deliveries/delivery.answer.js';
import { ReplayAnswer, ReplayedDeliveryAnswer } from './replay.answer.js';
import { ReplayWebhooksRequest } from './replay-webhooks.request.js';
import { WebhookDeliveriesQuery } from './webhook-deliveries.query.js';

const WHAT = 'webhook endpoint';

/** What an endpoint was, is and will be told, and telling it again. */
@ApiTags('Webhooks')
@Controller('webhook-endpoints/:id')
export class WebhookDeliveriesController {
  constructor(
    private readonly endpoints: EndpointService,
    private readonly deliveries: DeliveryReader,
    private readonly replays: ReplayService,
    private readonly answers: DeliveryAnswers,
    private readonly outbox: SyncOutbox,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Get('deliveries')
  @ApiOperation({
    summary: 'List the messages to a webhook endpoint',
    description:
      'Waiting and settled ones, newest first. `GET /v1/deliveries/{id}/attempts` shows the tries at one, with the answers.',
  })
  @ApiPage(DeliveryAnswer)
  async listWebhookDeliveries(
    @ResourceId(WHAT) id: string,
    @Query() query: WebhookDeliveriesQuery,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<Page<DeliveryAnswer>> {
    const endpoint = await this.tenancy.run(organizationId, (tx) =>
      this.endpoints.get(tx, organizationId, id),
    );
    if (endpoint === undefined) throw notFound(WHAT, id);
    const after = query.afterId();
    const rows = await this.deliveries.list(organizationId, query.filter(id), {
      ...(after === undefined ? {} : { after }),
      limit: query.limit + 1,
    });
    return mapPage(pageById(rows, query.limit), (row) => this.answers.delivery(row));
  }

  @Post('replay')
  @Audited('webhook_endpoint.replayed', { counts: ['matched', 'replayed', 'remaining'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Replay what an endpoint missed',
    description:
      'Count first with `dryRun`, then send the number as `expected`. Messages keep their ids, so the receiver knows what it has. One call brings up to 50,000, oldest first.',
  })
  @ApiOkResponse({ type: ReplayAnswer })
  async replayWebhooks(
    @ResourceId(WHAT) id: string,
    @Body() body: ReplayWebhooksRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<ReplayAnswer> {
    const { which = 'missed', dryRun = false, expected, until } = body;
    const answer = await this.idempotent.run(call, async (tx) => {
      const result = await this.replays.since(tx, call.organizationId, id, {
        since: new Date(body.since),
        ...(until === undefined ? {} : { until: new Date(until) }),
        ...(expected === undefined ? {} : { expected }),
        which,
        dryRun,
      });
      if (typeof result === 'string' || !('replayed' in result)) throw refusal(result, id);
      return { status: 200, body: { dryRun, ...result } };
    });
    if (answer.replayed > 0) this.outbox.wake([id]);
    return answer;
  }

  @Post('deliveries/:deliveryId/replay')
  @Audited('webhook_endpoint.delivery_replayed')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send one message again',
    description:
      'With the id that it had. One that waits for its next attempt is sent at once; its schedule goes on.',
  })
  @ApiParam({ name: 'deliveryId', format: 'uuid' })
  @ApiOkResponse({ type: ReplayedDeliveryAnswer })
  async replayWebhookDelivery(
    @ResourceId(WHAT) id: string,
    @Param('deliveryId') deliveryId: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<ReplayedDeliveryAnswer> {
    if (!isUUID(deliveryId)) throw notFound('delivery', deliveryId);
    const answer = await this.idempotent.run(call, async (tx) => {
      const result = await this.replays.one(tx, call.organizationId, id, deliveryId);
      if (result === 'not_found') throw notFound('delivery of this endpoint', deliveryId);
      if (typeof result === 'string' || !('eventId' in result)) throw refusal(result, id);
      return { status: 200, body: result };
    });
    this.outbox.wake([id]);
    return answer;
  }
}

function refusal(refused: ReplayRefusal, id: string): ProblemException {
  switch (refused) {
    case 'not_found':
      return notFound(WHAT, id);
    case 'disabled':
      return problem('state_conflict', { detail: 'The endpoint is disabled. Enable it, then replay.' });
    case 'not_replayable':
      return problem('state_conflict', {
        detail: 'It is being sent right now, or the endpoint does not listen to such events any more.',
      });
    case 'too_many': {
      const detail = `More than ${MOST_REPLAYED} messages match. Replay them in shorter stretches of time.`;
      return problem('unprocessable', { detail, errors: [{ pointer: '#/until', code: 'too_many', detail }] });
    }
    default: {
      const detail = `${refused.matched} messages match now. Look again, then send that number.`;
      return problem('state_conflict', {
        detail,
        errors: [{ pointer: '#/expected', code: 'count_changed', detail }],
      });
    }
  }
}
