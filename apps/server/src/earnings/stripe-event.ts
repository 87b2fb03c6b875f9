import { problem } from '@rekomi/http';
import type { PayoutInput } from '@rekomi/programs';

const PAYOUTS = new Set(['transfer.created', 'payout.paid', 'payout.failed']);

/**
 * What of a Stripe event is a payout: transfers to a connected account (`transfer.created`, told by the platform's own
 * account) and payouts from there to a bank (`payout.paid`, `payout.failed`, told by the connected account that `account`
 * names). Source: docs.stripe.com/api/events/types, read in November 2026.
 *
 * @returns undefined for every other event.
 */
export function payoutOf(event: unknown): PayoutInput | undefined {
  const { type, account, data, created } = record(event);
  if (typeof type !== 'string' || !PAYOUTS.has(type)) return undefined;
  const object = record(record(data)['object']);
  const at = new Date(Number(created) * 1000);
  const common = {
    externalId: text(object['id'], '#/data/object/id'),
    amount: amount(object['amount']),
    currency: text(object['currency'], '#/data/object/currency').toUpperCase(),
    occurredAt: Number.isNaN(at.getTime()) ? wrong('#/created', 'Unix seconds are expected.') : at,
  };
  if (type === 'transfer.created') {
    const stripeAccountId = text(object['destination'], '#/data/object/destination');
    return { ...common, state: 'sent', stripeAccountId };
  }
  const stripeAccountId = text(account, '#/account');
  if (type === 'payout.paid') return { ...common, state: 'sent', stripeAccountId };
  const reason = object['failure_message'] ?? object['failure_code'];
  return {
    ...common,
    state: 'failed',
    stripeAccountId,
    ...(typeof reason === 'string' ? { reason: reason.slice(0, 1_000) } : {}),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown, pointer: string): string {
  return typeof value === 'string' && value !== '' && value.length <= 255
    ? value
    : wrong(pointer, 'A text is expected here.');
}

function amount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : wrong('#/data/object/amount', 'A whole number of minor units is expected.');
}

function wrong(pointer: string, detail: string): never {
  throw problem('validation_failed', { errors: [{ pointer, code: 'invalid_value', detail }] });
}
