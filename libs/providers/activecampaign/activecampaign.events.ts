import {
  eventTag,
  idIn,
  Progress,
  refused,
  shortened,
  type ContactEvent,
  type Failure,
  type JsonObject,
  type Outcome,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { failureOf } from './activecampaign.answers.js';
import { ask, askAll, isList, track } from './activecampaign.calls.js';
import { findContact } from './activecampaign.directory.js';
import { eventForm, eventNameFits } from './activecampaign.mapping.js';
import { changeTags } from './activecampaign.tags.js';

/**
 * With event key and actid an event goes to the tracker, otherwise it becomes a tag. The contact is looked up first either way,
 * because nobody knows what the tracker makes of a stranger.
 */
export async function trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
  const native = access.has('eventKey') && access.has('eventActid');
  if (native && !eventNameFits(event.name)) {
    const vendorMessage = 'An event name has 1 to 32 characters at the vendor.';
    return { kind: 'refused', code: 'event_name_invalid', field: 'event', vendorMessage };
  }
  const contact = await findContact(access, event.email);
  if (contact.kind !== 'found') return contact;
  const id = idIn(contact.value?.['id']);
  if (id === undefined) {
    return { kind: 'refused', code: 'event_refused', vendorMessage: 'There is no contact of this address.' };
  }
  if (native) return ofAccount(access, await spawn(access, event));
  const progress = new Progress();
  await changeTags(access, progress, id, { add: [eventTag(event.name.trim())], remove: [] });
  const outcome = progress.outcome();
  // A tag may be attached again, so this is repeated where the tracker's events are not (`ambiguousEvents`).
  if (outcome.kind === 'ambiguous') return { ...outcome, kind: 'unavailable' };
  // A tag that was not taken is an event that was not recorded.
  const [lost] = outcome.written === undefined ? (outcome.warnings ?? []) : [];
  return lost === undefined ? outcome : refused('event_refused', { vendorMessage: lost.detail });
}

/** A key of the tracker that is not taken, while the account's own is: then it is about events alone. */
async function ofAccount(access: ProviderAccess, outcome: Outcome): Promise<Outcome> {
  if (outcome.kind !== 'refused' || outcome.field !== EVENT_KEY) return outcome;
  const me = await ask(access, { method: 'GET', path: '/users/me' });
  return me.kind === 'failed' ? me.failure : outcome;
}

async function spawn(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
  const unnamed = await announce(access, event.name.trim());
  if (unnamed !== undefined) return unnamed;
  const reading = await track(access, eventForm(event));
  if (reading.kind === 'failed') {
    const { failure } = reading;
    return failure.kind === 'unauthorised' ? refused(failure.code, failure, EVENT_KEY) : failure;
  }
  if (reading.kind === 'declined') return { ...failureOf(reading), kind: 'refused', code: 'event_refused' };
  return outcomeOf(reading.status, reading.body);
}

/** The credential, as the merchant knows it. */
const EVENT_KEY = 'eventKey';

/**
 * The tracker says no with a success status; `success` tells. Its key opens nothing but the tracker, and so does its switch: what
 * is wrong there is the event's refusal, with the cause, and stops neither contacts nor the connection. Refused events can be
 * sent again once the key is right.
 */
function outcomeOf(status: number, { success, message }: JsonObject): Outcome {
  if (Number(success) === 1) return { kind: 'accepted' };
  if (success === undefined) return { kind: 'unavailable', code: 'answer_unknown', status };
  const words = typeof message === 'string' && message !== '' ? { vendorMessage: shortened(message) } : {};
  if (/\b(key|actid|account)\b/i.test(String(message)))
    return refused('credentials_rejected', { status, ...words }, EVENT_KEY);
  if (/(disabled|not enabled|turned off|switched off)/i.test(String(message)))
    return refused('right_missing', { status, ...words }, 'eventTracking');
  return { kind: 'refused', code: 'event_refused', status, ...words };
}

/**
 * Whether the tracker makes event names itself is not confirmed, so an unknown one is made first. Not being allowed to is no
 * reason to hold the event back.
 */
async function announce(access: ProviderAccess, name: string): Promise<Failure | undefined> {
  const key = `event:${name}`;
  if (access.memo.get(key) !== undefined) return undefined;
  const known = await askAll(access, '/eventTrackingEvents', 'eventTrackingEvents');
  if (isList(known)) {
    for (const { name: one } of known) if (typeof one === 'string') access.memo.set(`event:${one}`, 'known');
    if (access.memo.get(key) !== undefined) return undefined;
    const json = { eventTrackingEvent: { name } };
    const made = await ask(access, { method: 'POST', path: '/eventTrackingEvents', json, harmless: true });
    if (made.kind === 'failed' && made.failure.kind !== 'unauthorised') return made.failure;
  } else if (known.kind === 'failed' && known.failure.kind !== 'unauthorised') return known.failure;
  access.memo.set(key, 'known');
  return undefined;
}
