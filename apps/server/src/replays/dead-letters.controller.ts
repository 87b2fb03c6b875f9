import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  IdempotentWork,
  mapPage,
  type Page,
  pageById,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  DeadLetterService,
  DeliveryReplayService,
  PASSED_OVER,
  SyncOutbox,
  type ReplayItem,
} from '@rekomi/sync';

import { DeliveryAnswers } from '../deliveries/delivery-answers.js';
import { pageAfterId } from '../programs/page-after-id.js';
import {
  DeadLetterAnswer,
  type DeadLetterOutcomeAnswer,
  DeadLetterOutcomesAnswer,
} from './dead-letter.answer.js';
import { DeadLettersQuery } from './dead-letters.query.js';
import { DiscardDeadLettersRequest, RetryDeadLettersRequest } from './dead-letters.request.js';

/** What did not arrive at a connection and will not by itself. */
@ApiTags('Dead letters')
@Controller('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetterService,
    private readonly replays: DeliveryReplayService,
    private readonly answers: DeliveryAnswers,
    private readonly outbox: SyncOutbox,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List dead letters',
    description:
      'What was refused, ignored or given up after days of trying, and what stands first in a lane that is held; newest first, each with cause and fix. What arrived since, or is being tried again, is no longer among them.',
  })
  @ApiPage(DeadLetterAnswer)
  async listDeadLetters(
    @Query() query: DeadLettersQuery,
    @CurrentTenant() { organizationId }: Tenant,
  ): Promise<Page<DeadLetterAnswer>> {
    const rows = await this.tenancy.run(organizationId, (tx) =>
      this.letters.list(tx, organizationId, query.filter(), pageAfterId(query)),
    );
    return mapPage(pageById(rows, query.limit), ({ waiting, discarded, ...delivery }) => ({
      ...this.answers.delivery(delivery),
      waiting,
      ...(discarded === undefined ? {} : { discarded }),
    }));
  }

  @Post('retry')
  @Audited('dead_letter.retried', { counts: ['done', 'failed'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring dead letters again',
    description:
      'At once, each by its id; a refused contact is written with its present data and what waits behind it follows. For many at a time, `POST /v1/replays` takes a filter.',
  })
  @ApiOkResponse({ type: DeadLetterOutcomesAnswer })
  async retryDeadLetters(
    @Body() { deliveryIds }: RetryDeadLettersRequest,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<DeadLetterOutcomesAnswer> {
    let connectionIds: readonly string[] = [];
    const answer = await this.idempotent.run(call, async (tx) => {
      const createdBy = tenant.actor.label;
      const retried = await this.replays.retry(tx, call.organizationId, { deliveryIds, createdBy });
      ({ connectionIds } = retried);
      return { status: 200, body: outcomes(deliveryIds.map((id) => retryOf(id, retried.items.get(id)))) };
    });
    this.outbox.wake(connectionIds);
    return answer;
  }

  @Post('discard')
  @Audited('dead_letter.discarded', { counts: ['done', 'failed'] })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Discard dead letters',
    description:
      'They need not arrive: the note says why, and `discarded=true` shows them with it. Of a lane that is held, what stands first is let go; what waits behind it goes on waiting. A replay still brings them.',
  })
  @ApiOkResponse({ type: DeadLetterOutcomesAnswer })
  discardDeadLetters(
    @Body() { deliveryIds, note }: DiscardDeadLettersRequest,
    @CurrentTenant() tenant: Tenant,
    @Idempotent() call: IdempotentCall,
  ): Promise<DeadLetterOutcomesAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const { organizationId } = call;
      const by = tenant.actor.label;
      const gone = await this.letters.discard(tx, { organizationId, deliveryIds, note, by });
      const results = deliveryIds.map((deliveryId): DeadLetterOutcomeAnswer =>
        gone.has(deliveryId.toLowerCase())
          ? { deliveryId, outcome: 'discarded' }
          : { deliveryId, outcome: 'failed', code: 'not_found' },
      );
      return { status: 200, body: outcomes(results) };
    });
  }
}

function retryOf(deliveryId: string, item: ReplayItem | undefined): DeadLetterOutcomeAnswer {
  if (item === undefined) return { deliveryId, outcome: 'failed', code: 'not_found' };
  if (item.delivery_id !== null) return { deliveryId, outcome: 'retried', newDeliveryId: item.delivery_id };
  const code = PASSED_OVER.find((one) => one === item.skipped) ?? 'not_found';
  return { deliveryId, outcome: 'failed', code };
}

function outcomes(results: readonly DeadLetterOutcomeAnswer[]): DeadLetterOutcomesAnswer {
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  return { done: results.length - failed, failed, results };
}
