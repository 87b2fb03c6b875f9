import { pathSegment, type Failure, type Warning } from '@rekomi/provider-contract';
import { isObject } from './customer-io.answers.js';
import { consentOf } from './customer-io.people.js';
import type { ContactPlan } from './customer-io.mapping.js';
import type { CustomerIoSession } from './customer-io.session.js';

/** What a person begins with under a new address, beside everything that is written anyway. */
export type Begins =
  | { readonly kind: 'begins'; readonly unsubscribed: boolean; readonly warnings: readonly Warning[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

type Standing = 'subscribed' | 'opted_out' | 'nobody' | 'unseen' | { readonly failure: Failure };

/**
 * Lets an opt-out go along to a new address: a profile that comes into being is subscribed at Customer.io, and the old one's
 * opt-out stays with the old address. Who cannot be looked at, or is not there any more (as suppressed people are), counts as
 * opted out: a missing look never says "subscribed". Somebody who is at the new address has a state of their own. Asked before
 * anything is written, so that a failure leaves everything to the next attempt.
 */
export async function beginsWith(session: CustomerIoSession, plan: ContactPlan): Promise<Begins> {
  if (plan.moveFrom === undefined) return SUBSCRIBED;
  const old = await standingOf(session, plan.moveFrom.email);
  if (typeof old === 'object') return { kind: 'failed', failure: old.failure };
  if (old === 'subscribed') return SUBSCRIBED;
  const there = old === 'unseen' ? 'unseen' : await standingOf(session, plan.email);
  if (typeof there === 'object') return { kind: 'failed', failure: there.failure };
  if (there === 'subscribed' || there === 'opted_out') return SUBSCRIBED;
  const detail = `${WHY[old]} ${plan.moveFrom.email}, so the person begins unsubscribed under the new address.`;
  return { kind: 'begins', unsubscribed: true, warnings: [{ code: 'consent_not_raised', detail }] };
}

/** Also whoever stays under their address: nothing changes for them. */
export const SUBSCRIBED: Begins = { kind: 'begins', unsubscribed: false, warnings: [] };

const WHY: Readonly<Record<'opted_out' | 'nobody' | 'unseen', string>> = {
  opted_out: 'The person unsubscribed in Customer.io under',
  nobody: 'Customer.io has nobody any more under',
  unseen: 'Without an App API key that works it cannot be seen whether somebody unsubscribed under',
};

async function standingOf(session: CustomerIoSession, email: string): Promise<Standing> {
  if (!session.access.has('appApiKey')) return 'unseen';
  const reading = await session.ask({
    door: 'app',
    method: 'GET',
    path: `/v1/customers/${pathSegment(email)}/attributes`,
    query: { id_type: 'email' },
    declines: [400, 404, 422],
  });
  if (reading.kind === 'failed')
    return reading.failure.kind === 'unauthorised' ? 'unseen' : { failure: reading.failure };
  if (reading.kind === 'declined') return reading.status === 404 ? 'nobody' : 'unseen';
  const { customer } = reading.body;
  if (!isObject(customer)) return { failure: { kind: 'unavailable', code: 'answer_unknown' } };
  const attributes = isObject(customer.attributes) ? customer.attributes : {};
  const consent = consentOf(customer.unsubscribed ?? attributes.unsubscribed);
  return consent === 'subscribed' ? 'subscribed' : consent === 'unsubscribed' ? 'opted_out' : 'unseen';
}
