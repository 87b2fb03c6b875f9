import type { SentMessage } from '@rekomi/sync';

import type { BodyTemplate } from '../sending/body-template.js';
import type { EndpointAnswer, EndpointSender } from '../sending/endpoint-request.js';
import { renderUrl } from '../sending/endpoint-url.js';
import { renderBody } from '../sending/render-body.js';
import type { WebhookMessage } from '../sending/webhook-message.js';
import { signMessage } from '../signing/signature.js';
import { answerOutcome } from './answer-outcome.js';
import type { EndpointEnvironment } from './endpoint.js';

/** An endpoint with all that it takes to send to it. */
export interface Addressee {
  readonly id: string;
  readonly url: string;
  readonly environment: EndpointEnvironment;
  readonly template: BodyTemplate | null;
  readonly headers: Readonly<Record<string, string>>;
  /** All that are valid now; each makes a signature. */
  readonly secrets: readonly string[];
}

/** Standard Webhooks 1.0 asks for 15 to 30 seconds. */
export const ENDPOINT_TIMEOUT_MS = 15_000;

/** Characters of a body that are kept in the log. */
const RECORDED_CHARACTERS = 16_384;

/** Makes a message, signs it, sends it, and says what the answer means. */
export class EndpointCourier {
  constructor(
    private readonly sender: EndpointSender,
    /** Milliseconds since 1970. */
    private readonly now: () => number,
  ) {}

  async send(to: Addressee, message: WebhookMessage, signal?: AbortSignal): Promise<SentMessage> {
    const url = renderUrl(to.url, message);
    if (!url.ok) return unmade(url.detail);
    const body = renderBody(to.template ?? undefined, message);
    if (!body.ok) return unmade(body.detail);
    const at = this.now();
    const signed = signMessage(to.secrets, message.id, at, body.body);
    const answer = await this.sender.send({
      url: url.url,
      headers: { 'content-type': body.contentType, ...to.headers, ...signed },
      body: body.body,
      timeoutMs: ENDPOINT_TIMEOUT_MS,
      endpointId: to.id,
      environment: to.environment,
      ...(signal === undefined ? {} : { signal }),
    });
    const request = { url: url.url, contentType: body.contentType, body: body.body };
    return {
      outcome: answerOutcome(answer, this.now()),
      durationMs: answer.durationMs,
      exchanges: [record(to, message, request, at, answer)],
    };
  }
}

function unmade(detail: string): SentMessage {
  return { outcome: { kind: 'refused', code: 'message_not_made', detail }, durationMs: 0, exchanges: [] };
}

/** Of the address nothing after the path, of headers nothing but names: either may hold a key. */
function record(
  to: Addressee,
  message: WebhookMessage,
  request: { readonly url: string; readonly contentType: string; readonly body: string },
  at: number,
  answer: EndpointAnswer,
): object {
  const custom = Object.keys(to.headers).map((name) => [name.toLowerCase(), '[masked]'] as const);
  return {
    at: new Date(at).toISOString(),
    durationMs: answer.durationMs,
    method: 'POST',
    url: request.url.replace(/\?.*$/, '?[masked]'),
    requestHeaders: {
      'content-type': request.contentType,
      ...Object.fromEntries(custom),
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': '[masked]',
    },
    requestBody: cut(request.body),
    ...(answer.kind === 'answered'
      ? { status: answer.status, responseHeaders: answer.headers, responseBody: answer.body }
      : {
          failure: {
            reason: answer.kind === 'not_allowed' ? 'not_allowed' : answer.reason,
            maybeSent: answer.kind === 'no_answer' && answer.maybeSent,
            detail: answer.detail,
          },
        }),
  };
}

function cut(body: string): string {
  if (body.length <= RECORDED_CHARACTERS) return body;
  return `${body.slice(0, RECORDED_CHARACTERS)}… [${body.length - RECORDED_CHARACTERS} more characters]`;
}
