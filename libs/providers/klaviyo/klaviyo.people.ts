import {
  isObject,
  pathSegment,
  plainFields,
  unknownAnswer,
  within,
  type ContactReading,
  type ContactSnapshot,
  type Failure,
  type JsonObject,
  type Outcome,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { contactRefusal } from './klaviyo.answers.js';
import { ask } from './klaviyo.api.js';
import { marketingOf, type Marketing } from './klaviyo.mapping.js';

export type Finding =
  | { readonly kind: 'found'; readonly id: string; readonly profile: JsonObject }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Looks a profile up by its address. Only an answer that lists nobody means that nobody is there. */
export async function findProfile(access: ProviderAccess, email: string): Promise<Finding> {
  const reading = await ask(access, {
    family: 'reads',
    method: 'GET',
    path: '/api/profiles',
    query: {
      filter: `equals(email,${JSON.stringify(email)})`,
      'additional-fields[profile]': 'subscriptions',
    },
    done: [200],
  });
  if (reading.kind === 'failed') return reading;
  if (reading.kind === 'declined') return { kind: 'failed', failure: contactRefusal(reading) };
  const { data } = reading.body;
  if (!Array.isArray(data)) return { kind: 'failed', failure: unknownAnswer(reading.status) };
  const [profile] = data as readonly unknown[];
  if (profile === undefined) return { kind: 'not_found' };
  const id = isObject(profile) ? profile.id : undefined;
  return typeof id === 'string' && id !== ''
    ? { kind: 'found', id, profile: profile as JsonObject }
    : { kind: 'failed', failure: unknownAnswer(reading.status) };
}

/** Fields, consent, and the lists the profile is in, whose absence is no failure. */
export async function readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
  const finding = await findProfile(access, email);
  if (finding.kind === 'failed') return finding.failure;
  if (finding.kind === 'not_found') return finding;
  const { id, profile } = finding;
  const lists = await ask(access, {
    family: 'memberships',
    method: 'GET',
    path: `/api/profiles/${pathSegment(id)}/lists`,
    query: { 'fields[list]': 'name' },
    done: [200],
  });
  const listed = lists.kind === 'ok' ? lists.body.data : undefined;
  const audiences = Array.isArray(listed)
    ? { audiences: listed.filter(isObject).map((one) => String(one.id)) }
    : {};
  const attributes = within(profile, 'attributes');
  const address = attributes.email;
  return {
    kind: 'found',
    snapshot: {
      email: typeof address === 'string' && address !== '' ? address : email,
      vendorId: id,
      fields: { ...plainFields(within(attributes, 'properties')), ...plainFields(attributes) },
      consent: consentOf(marketingOf(profile)),
      ...audiences,
      seenAt: new Date(access.now()).toISOString(),
    },
  };
}

/** The vendor's own erasure: every profile with this address, for good. Asynchronous. */
export async function eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
  const profile = { data: { type: 'profile', attributes: { email } } };
  const reading = await ask(access, {
    family: 'erasures',
    method: 'POST',
    path: '/api/data-privacy-deletion-jobs',
    json: { data: { type: 'data-privacy-deletion-job', attributes: { profile } } },
    done: [202],
  });
  if (reading.kind === 'ok') return { kind: 'accepted' };
  if (reading.kind === 'declined') {
    if (reading.errors[0]?.code !== 'not_found') return contactRefusal(reading);
    // Nobody has the address; under a status of success that is no answer of this vendor.
    return reading.status >= 400 ? { kind: 'unchanged' } : unknownAnswer(reading.status);
  }
  const { failure } = reading;
  // The scope for it is one of its own; without it everything else goes on.
  return failure.code === 'right_missing' ? { ...failure, kind: 'refused' } : failure;
}

const SUPPRESSIONS: readonly (readonly [reason: RegExp, consent: ContactSnapshot['consent']])[] = [
  [/SPAM/, 'complained'],
  [/HARD_BOUNCE|INVALID_EMAIL/, 'bounced'],
  [/USER_SUPPRESSED/, 'suppressed'],
  [/./, 'unsubscribed'],
];

/** Somebody who never decided is nothing of these. */
function consentOf({ consent, suppressions }: Marketing): ContactSnapshot['consent'] {
  const reasons = suppressions.join(' ');
  const found = SUPPRESSIONS.find(([reason]) => reason.test(reasons))?.[1];
  if (found !== undefined) return found;
  if (consent === 'UNSUBSCRIBED') return 'unsubscribed';
  return consent === 'SUBSCRIBED' ? 'subscribed' : 'unknown';
}
