import type { ProviderAccess } from '@rekomi/provider-contract';
import { beginUnsubscribed } from './klaviyo.lists.js';
import { hasOptedOut, marketingOf } from './klaviyo.mapping.js';
import type { Passenger, Progress } from './klaviyo.passengers.js';
import { findProfile } from './klaviyo.people.js';

/**
 * Lets an opt-out go along to a new address. Klaviyo knows nothing of the person there, and somebody who never decided may be
 * subscribed; so the new profile begins unsubscribed. Somebody who is there already has a state of their own. Nothing is
 * written before this is settled, so that a failure leaves everything to the next attempt.
 */
export async function bringOptOut(access: ProviderAccess, passenger: Passenger): Promise<Progress> {
  const { plan } = passenger;
  const { subscribe, optedOut } = access.settings;
  if (plan.moveFrom === undefined || subscribe === 'never' || optedOut === 'resubscribe') return {};
  const old = await findProfile(access, plan.moveFrom.email);
  if (old.kind === 'not_found') return {};
  if (old.kind === 'failed') {
    if (old.failure.code !== 'right_missing') return { failure: old.failure };
    // Who may not be looked at is not subscribed either, now or later.
    passenger.left = { suppressions: [], leftLists: [] };
    const failure = await beginUnsubscribed(access, plan.email);
    return failure === undefined ? {} : { failure };
  }
  const decided = marketingOf(old.profile);
  // A list that was left cannot be noted of somebody who is not in it, so that opt-out is one of everything there.
  const left = plan.lists.add.some((list) => decided.leftLists.includes(list));
  if (!left && !hasOptedOut(decided)) return {};
  const there = await findProfile(access, plan.email);
  if (there.kind === 'failed') return { failure: there.failure };
  if (there.kind === 'found') return {};
  passenger.left = decided;
  const failure = await beginUnsubscribed(access, plan.email);
  return failure === undefined ? {} : { failure };
}
