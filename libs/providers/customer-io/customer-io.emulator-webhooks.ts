import type { OutgoingRequest, OutgoingResult } from '@rekomi/provider-contract';
import type { Journey, WebhookDelivery, WebhookTemplate } from './customer-io.emulator-campaign-model.js';
import { rendered, type LiquidScope } from './customer-io.emulator-liquid.js';
import { isRecord, parsedJson } from './customer-io.emulator-parsing.js';

/** community.customer.io, "Journey Webhook Headers", October 2023: no answer within four seconds is tried again. */
const TIMEOUT_MS = 4_000;
/** How often and how long is not published for campaigns; the reporting webhooks go on for seven days, ever more slowly. */
const ATTEMPTS_AT_MOST = 12;
const FIRST_WAIT_MS = 60_000;

/** A step reached by a journey, made into what is to be sent. */
export function preparedWebhook(
  journey: Journey,
  template: WebhookTemplate,
  scope: LiquidScope,
  numbered: { readonly number: number; readonly at: number },
): WebhookDelivery {
  const { number, at } = numbered;
  const id = deliveryId(journey, number);
  const named = { ...scope, delivery_id: id };
  const parts = [template.url, template.body, ...Object.values(template.headers)].map((text) =>
    rendered(text, named),
  );
  const texts = parts.map((part) => (part.ok ? part.text : ''));
  const fault = parts.find((part) => !part.ok);
  const [url = '', body = '', ...values] = texts;
  const headers = Object.fromEntries(
    Object.keys(template.headers).map((name, index) => [name, values[index] ?? '']),
  );
  return {
    ...{ id, number, workspace: journey.workspace, journey: journey.number },
    request: { method: template.method, url, headers, body },
    save: template.save,
    state: fault !== undefined ? 'undeliverable' : template.sending === 'draft' ? 'drafted' : 'queued',
    attempts: 0,
    due: at,
    ...(fault === undefined ? {} : { failure: fault.fault }),
  };
}

/** The same for every attempt, like the vendor's two headers of its own (same thread). */
export function outgoing({ id, request }: WebhookDelivery): OutgoingRequest {
  const own = {
    'X-Cio-Delivery-Id': id,
    'X-Cio-Idempotency-Key': Buffer.from(`idempotency ${id}`).toString('hex'),
  };
  return { id, ...request, headers: { ...request.headers, ...own }, timeoutMs: TIMEOUT_MS };
}

/** Notes what became of an attempt. @returns The attributes to save when it was taken. */
export function noteResult(
  delivery: WebhookDelivery,
  result: OutgoingResult,
  at: number,
): Readonly<Record<string, unknown>> {
  delivery.attempts += 1;
  if (result.kind === 'answered') delivery.status = result.status;
  const failure = failureOf(result);
  if (failure === undefined) {
    delivery.state = 'sent';
    delete delivery.failure;
    const answer = result.kind === 'answered' ? parsedJson(result.body) : undefined;
    if (!isRecord(answer)) return {};
    return Object.fromEntries(Object.entries(delivery.save).map(([name, key]) => [name, answer[key]]));
  }
  const again = isTemporary(result) && delivery.attempts < ATTEMPTS_AT_MOST;
  delivery.state = again ? 'attempted' : 'failed';
  delivery.failure = failure;
  delivery.due = at + FIRST_WAIT_MS * 2 ** (delivery.attempts - 1);
  return {};
}

export function isPending({ state }: WebhookDelivery): boolean {
  return state === 'queued' || state === 'attempted';
}

function failureOf(result: OutgoingResult): string | undefined {
  if (result.kind === 'unanswered') return result.reason;
  return result.status >= 200 && result.status < 300 ? undefined : `the server answered ${result.status}`;
}

/** Which answers are tried again is not published; what may pass by itself is. */
function isTemporary(result: OutgoingResult): boolean {
  if (result.kind === 'unanswered') return true;
  return result.status === 408 || result.status === 429 || result.status >= 500;
}

/** Printable, opaque, and the same after a restart. */
function deliveryId({ workspace, number }: Journey, delivery: number): string {
  return Buffer.from(`dg:${workspace}:${number}:${delivery}`).toString('base64').replace(/=+$/, '');
}
