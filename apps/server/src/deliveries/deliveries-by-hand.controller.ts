import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Idempotent,
  IdempotentWork,
  notFound,
  problem,
  ResourceId,
  type IdempotentCall,
  type ProblemException,
} from '@rekomi/http';
import { Audited, describeEffect } from '@rekomi/identity';
import { SyncOutbox, WaitingLanes, type HandProblem, type HandResult } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

import { ByHandAnswer } from './by-hand.answer.js';
import { SkipDeliveryRequest } from './skip-delivery.request.js';

const ORDER =
  'What is meant is everything that waits together with this delivery: one person at one connection, in order.';

/** Ending a wait by hand: try again now, or give up what stands in the way. */
@ApiTags('Deliveries')
@Controller('deliveries/:id')
export class DeliveriesByHandController {
  constructor(
    private readonly lanes: WaitingLanes,
    private readonly outbox: SyncOutbox,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Post('release')
  @Audited('delivery.released')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try a held or failing delivery again now',
    description: `${ORDER} A contact that was refused is written once more, and its events follow if it is taken. What waits for its next attempt is due now. For what never failed, is being sent or is settled there is nothing to do: 409.`,
  })
  @ApiOkResponse({ type: ByHandAnswer })
  releaseDelivery(
    @ResourceId('delivery') id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<ByHandAnswer> {
    return this.#run(call, id, (tx) => this.lanes.release(tx, call.organizationId, id));
  }

  @Post('skip')
  @Audited('delivery.skipped')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give up what stands in the way of a held or failing delivery',
    description: `${ORDER} A refused or failing contact write is given up: events of somebody who is in the tool already go on, those of somebody who is not are given up too, because an event must not create a contact. A failing event alone is given up, and the next one goes. Given up means settled as \`discarded\` with the code \`skipped_by_hand\`.`,
  })
  @ApiBody({ type: SkipDeliveryRequest, required: false })
  @ApiOkResponse({ type: ByHandAnswer })
  skipDelivery(
    @ResourceId('delivery') id: string,
    @Body() body: SkipDeliveryRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<ByHandAnswer> {
    const note = body.note?.trim();
    const given = note === undefined || note === '' ? undefined : note;
    return this.#run(call, id, (tx) => this.lanes.skip(tx, call.organizationId, id, given));
  }

  async #run(
    call: IdempotentCall,
    id: string,
    work: (tx: EntityManager) => Promise<HandResult>,
  ): Promise<ByHandAnswer> {
    const answer = await this.idempotent.run(call, async (tx) => {
      const result = await work(tx);
      if (!result.ok) throw refusal(result.problem, id);
      const { targetId, unchanged, discarded, waiting } = result.value;
      const counts = {
        discardedContacts: discarded.contacts,
        discardedEvents: discarded.events,
        waitingContacts: waiting.contacts,
        waitingEvents: waiting.events,
      };
      describeEffect({ unchanged, details: { targetId, ...counts } });
      return { status: 200, body: { id, targetId, ...counts } };
    });
    this.outbox.wake([answer.targetId]);
    return answer;
  }
}

function refusal(found: HandProblem, id: string): ProblemException {
  switch (found) {
    case 'not_found':
      return notFound('delivery', id);
    case 'settled':
      return problem('state_conflict', {
        detail: 'This delivery has come to its end, so it holds nothing up.',
      });
    case 'in_hand':
      return problem('state_conflict', {
        detail: 'This delivery is being sent at this moment. Read it again in a few seconds.',
      });
    case 'not_stuck':
      return problem('state_conflict', {
        detail: 'This delivery waits its turn; nothing in front of it was refused or has failed.',
      });
  }
}
