import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import { Idempotent, type IdempotentCall, IdempotentWork, notFound, ResourceId } from '@rekomi/http';
import { Audited, NotAudited } from '@rekomi/identity';
import { EventTypeService, UnitOfWork } from '@rekomi/programs';
import { EndpointService, type JsonValue, TestMessageService } from '@rekomi/webhooks';

import { CodeTexts } from '../connections/code-texts.js';
import { EndpointAnswers } from './endpoint-answers.js';
import { TestWebhookRequest } from './test-webhook.request.js';
import { WebhookEndpointAnswer } from './webhook-endpoint.answer.js';
import { WebhookTestAnswer } from './webhook-test.answer.js';

const WHAT = 'webhook endpoint';

/** Whether an endpoint works, and whether it is meant to. */
@ApiTags('Webhooks')
@Controller('webhook-endpoints/:id')
export class WebhookEndpointStateController {
  constructor(
    private readonly endpoints: EndpointService,
    private readonly tests: TestMessageService,
    private readonly eventTypes: EventTypeService,
    private readonly answers: EndpointAnswers,
    private readonly texts: CodeTexts,
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
  ) {}

  @Post('test')
  @NotAudited('Changes nothing here; the endpoint gets a message about nobody.')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send a test message',
    description:
      'Sent at once, signed like every other, about an affiliate test@example.com that does not exist. Disabled endpoints are tried as well. A failure is an answer here, not an error.',
  })
  @ApiBody({ type: TestWebhookRequest, required: false })
  @ApiOkResponse({ type: WebhookTestAnswer })
  testWebhookEndpoint(
    @ResourceId(WHAT) id: string,
    @Body() body: TestWebhookRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<WebhookTestAnswer> {
    const type = body.eventType ?? 'affiliate_approved';
    return this.idempotent.runPrepared(
      call,
      () => this.#test(call.organizationId, id, type),
      async (_tx, answer) => ({ status: 200, body: answer }),
    );
  }

  @Post('enable')
  @Audited('webhook_endpoint.enabled', { label: 'description' })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Enable a webhook endpoint',
    description:
      'It hears of what happens from now on. What it missed is brought by a replay, for instance since `stateSince` of the disabled endpoint.',
  })
  @ApiOkResponse({ type: WebhookEndpointAnswer })
  enableWebhookEndpoint(
    @ResourceId(WHAT) id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<WebhookEndpointAnswer> {
    return this.#set(id, call, 'enable');
  }

  @Post('disable')
  @Audited('webhook_endpoint.disabled', { label: 'description' })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Disable a webhook endpoint',
    description: 'Nothing is sent any more, and what waits is cancelled. A replay brings it later.',
  })
  @ApiOkResponse({ type: WebhookEndpointAnswer })
  disableWebhookEndpoint(
    @ResourceId(WHAT) id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<WebhookEndpointAnswer> {
    return this.#set(id, call, 'disable');
  }

  #set(id: string, call: IdempotentCall, to: 'enable' | 'disable'): Promise<WebhookEndpointAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const endpoint = await this.endpoints[to](tx, call.organizationId, id);
      if (endpoint === undefined) throw notFound(WHAT, id);
      return { status: 200, body: this.answers.endpoint(endpoint) };
    });
  }

  async #test(organizationId: string, id: string, type: string): Promise<WebhookTestAnswer> {
    const types = await this.tenancy.run(organizationId, (tx) =>
      this.eventTypes.list(new UnitOfWork(tx, organizationId)),
    );
    const example = types.find(({ name }) => name === type)?.example ?? {};
    const data = example as Readonly<Record<string, JsonValue>>;
    const sent = await this.tests.send(organizationId, id, { type, data });
    if (sent === undefined) throw notFound(WHAT, id);
    const { outcome, durationMs, messageId, exchanges } = sent;
    return {
      delivered: outcome.kind === 'accepted',
      messageId,
      durationMs,
      ...this.texts.reason('code' in outcome ? outcome.code : undefined),
      ...('detail' in outcome && outcome.detail !== undefined ? { detail: outcome.detail } : {}),
      ...(exchanges[0] === undefined ? {} : { exchange: exchanges[0] }),
    };
  }
}
