import { refusedTogether, type ContactEvent, type Outcome } from '@rekomi/provider-contract';
import { eventRefusal, wayFailure, type Reading } from './customer-io.answers.js';
import { notSent, sendBatch, type ItemResult } from './customer-io.batch.js';
import { isTooLargeText } from './customer-io.contacts.js';
import { eventCall, eventItem, eventItemText, planEvent, type EventPlan } from './customer-io.events.js';
import { looksLikeVendorId } from './customer-io.people.js';
import type { CustomerIoSession } from './customer-io.session.js';

export async function trackEvent(session: CustomerIoSession, event: ContactEvent): Promise<Outcome> {
  const plan = planEvent(event);
  return plan.kind === 'refused' ? plan : trackPlan(session, plan);
}

/** Through the batch call; an event above the batch's item size goes by itself, where the vendor takes more. */
export async function trackEvents(
  session: CustomerIoSession,
  events: readonly ContactEvent[],
): Promise<readonly Outcome[]> {
  const plans = events.map(planEvent);
  const items = plans.map(itemOf);
  const results = await sendBatch(
    session,
    items.flatMap((item) => item?.text ?? []),
  );

  let stopped = results.flatMap((result) => (result.kind === 'failed' ? [result.failure] : [])).at(0);
  const outcomes: Outcome[] = [];
  let next = 0;
  for (const [index, plan] of plans.entries()) {
    const item = items[index];
    if (plan.kind === 'refused') outcomes.push(plan);
    else if (item !== undefined) {
      const result = results[next++];
      if (result === undefined) throw new Error('A batch answered for fewer items than it was given.');
      const slice = { request: item.item, ...answerOf(result) };
      outcomes.push({ ...outcomeOf(session, plan, result), slice });
    } else if (stopped !== undefined) outcomes.push(notSent(stopped));
    else {
      const outcome = await trackPlan(session, plan);
      stopped = wayFailure(outcome);
      outcomes.push({ ...outcome, slice: { request: eventItem(plan) } });
    }
  }
  return outcomes;
}

/** The event as JSON, made once; undefined when it does not go through the batch. */
function itemOf(
  plan: ReturnType<typeof planEvent>,
): { readonly item: object; readonly text: string } | undefined {
  if (plan.kind === 'refused') return undefined;
  const text = eventItemText(plan);
  return isTooLargeText(text) ? undefined : { item: eventItem(plan), text };
}

async function trackPlan(session: CustomerIoSession, plan: EventPlan): Promise<Outcome> {
  if (looksLikeVendorId(plan.email) && isTooLargeText(eventItemText(plan))) {
    return { kind: 'refused', code: 'event_too_large', field: 'data' };
  }
  return outcomeOf(session, plan, await session.ask(eventCall(plan)));
}

function outcomeOf(
  session: CustomerIoSession,
  { warnings }: EventPlan,
  result: Reading | ItemResult,
): Outcome {
  return { ...resultOf(result), ...(warnings.length === 0 ? {} : { warnings }), ...session.movedTo };
}

function resultOf(result: Reading | ItemResult): Outcome {
  if (result.kind === 'ok') return { kind: 'accepted' };
  if (result.kind === 'failed') return result.failure;
  const refusal = eventRefusal({ ...result, kind: 'declined' });
  return result.kind === 'declined' ? refusal : refusedTogether(refusal);
}

function answerOf(result: ItemResult): { readonly answer?: unknown } {
  if (result.kind === 'failed') return {};
  const errors = result.kind === 'ok' ? {} : { errors: result.errors };
  return { answer: { status: result.status, ...errors } };
}
